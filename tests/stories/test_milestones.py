"""A deal in milestones: the first is delivered and paid, the second disputed, the rest divided."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.browser import Visitor
from tests.place import Place
from tests.stories.steps import (
    address,
    admin,
    deliver,
    fund,
    join_as_brand,
    join_as_creator,
    offer_page,
    onboard,
    post_a_campaign,
)

pytestmark = [pytest.mark.browser, pytest.mark.story]
PIECES = {"Script": "100", "First cut": "150", "Final cut": "150"}


def agree_in_milestones(brand: Visitor, creator: Visitor) -> str:
    brand.go(offer_page(creator, post_a_campaign(brand, "Winter tea"))).fill(price="400")
    brand.click("Split it into milestones").click("Add a milestone")
    for number, (title, amount) in enumerate(PIECES.items(), 1):
        # Far enough ahead for what other stories have moved the clock by.
        day = date.today() + timedelta(days=45 + 3 * number)
        fields = {f"title_{number}": title, f"amount_{number}": amount}
        brand.fill(**fields, **{f"day_{number}": day.isoformat()})
    brand.fill(deliver_by=day.isoformat()).click("Send the offer")
    creator.go(brand.path).see(*PIECES).click("Accept €400.00")
    return brand.path


def test_a_milestone_is_paid_and_the_next_ones_are_divided_by_a_ruling(
    place: Place, visit: Callable[..., Visitor]
) -> None:
    brand = join_as_brand(visit(), address("liv"), "Tebladet")
    creator = join_as_creator(visit(), address("runa"), "Runa Vik")
    onboard(creator)
    deal = agree_in_milestones(brand, creator)
    fund(brand, deal, "400")
    deliver(creator, deal)
    brand.go(deal).click("Approve and pay €100.00")
    creator.go("/payouts").wait_for("€90.00")
    deliver(creator, deal)
    brand.go(deal).click("Open a dispute").tick("It is not what was agreed")
    brand.fill(statement="The first cut has no sound.", asks="200", note="See for yourself.")
    brand.click("Open the dispute and freeze the money")
    dispute = brand.path
    creator.go(dispute).fill(answer="Sound comes last.", asks="300").click("Send your answer")
    judge = admin(visit()).go(dispute)
    judge.see("€300.00").fill(to_creator="200", to_brand="100", why="Sound was agreed on.")
    judge.page.locator('input[name="rules"][value="D-3"]').check()
    judge.click("Publish the ruling").see("Sound was agreed on.")
    creator.go(deal).wait_for("Settled as the ruling says")
    brand.go(f"{deal}/receipt").see("Script", "€100.00")
    place.proves_its_books()
