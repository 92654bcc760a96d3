"""Two sides disagree, the money freezes, and an admin rules by the published rules."""

from collections.abc import Callable

import pytest

from tests.browser import Visitor
from tests.place import Place
from tests.stories.steps import (
    address,
    admin,
    agree,
    deliver,
    fund,
    join_as_brand,
    join_as_creator,
    onboard,
    post_a_campaign,
)

pytestmark = [pytest.mark.browser, pytest.mark.story]


def disputed(visit: Callable[..., Visitor]) -> tuple[Visitor, Visitor, str]:
    """A funded deal whose brand has opened a dispute about what came."""
    brand = join_as_brand(visit(), address("kajsa"), "Kaffekorg")
    creator = join_as_creator(visit(), address("aino"), "Aino Lahti")
    onboard(creator)
    deal = agree(brand, creator, post_a_campaign(brand, "Winter roast"), "400")
    fund(brand, deal, "400")
    deliver(creator, deal)
    brand.go(deal).click("Open a dispute").tick("It is not what was agreed")
    brand.fill(statement="One reel is 19 seconds. We agreed on 30.", asks="200")
    brand.fill(link="https://example.org/reel", note="See the last second.")
    brand.click("Open the dispute and freeze the money")
    brand.see("Frozen", "One reel is 19 seconds")
    return brand, creator, deal


def test_an_admin_splits_the_money_and_both_read_why(
    place: Place, visit: Callable[..., Visitor]
) -> None:
    brand, creator, deal = disputed(visit)
    dispute = brand.path
    creator.go(deal).see("The money is frozen").click("See the dispute")
    creator.fill(answer="They asked for a snappier cut.", asks="400").click("Send your answer")
    judge = admin(visit()).go(dispute)
    judge.see("One reel is 19 seconds", "snappier cut")
    judge.fill(to_creator="300", to_brand="90", why="Half of the second reel is missing.")
    judge.page.locator('input[name="rules"][value="D-3"]').check()
    judge.click("Publish the ruling").see("€10.00")
    judge.fill(to_brand="100").click("Publish the ruling")
    judge.see("Half of the second reel is missing.")
    for side in (brand, creator):
        side.go(dispute).see("Half of the second reel is missing.")
    creator.go(deal).wait_for("Settled as the ruling says")
    brand.go("/notices").see("€100.00")
    place.proves_its_books()


def test_the_two_sides_may_agree_by_themselves(place: Place, visit: Callable[..., Visitor]) -> None:
    brand, creator, deal = disputed(visit)
    dispute = brand.path
    creator.go(dispute).fill(answer="Half of it is fair.", asks="250").click("Send your answer")
    brand.go(dispute).click("Accept what they ask for")
    creator.go(deal).wait_for("Settled as the ruling says")
    place.proves_its_books()
