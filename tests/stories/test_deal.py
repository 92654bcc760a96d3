"""From a campaign to the money received: the main job, as two strangers do it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Visitor
from tests.place import Place
from tests.stories.steps import (
    DECLINED,
    GOOD,
    address,
    advance,
    agree,
    deliver,
    fund,
    import_an_audience,
    join_as_brand,
    join_as_creator,
    onboard,
    post_a_campaign,
)

pytestmark = [pytest.mark.browser, pytest.mark.story]


def test_a_deal_from_the_campaign_to_the_money_received(
    place: Place, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    brand = join_as_brand(visit(), address("elsa"))
    creator = join_as_creator(visit(), address("tove"))
    import_an_audience(creator, tmp_path)
    campaign = post_a_campaign(brand, "Boots for wet snow")

    creator.go("/deals-that-fit").see("Boots for wet snow")
    creator.go(campaign).fill(price="450", pitch="I walk to school in wet snow for months.")
    creator.click("Apply")
    brand.go(f"{campaign}/matches").find("Tove Alm")
    brand.go(f"{campaign}/applications").see("I walk to school").click("Make an offer")
    brand.fill(price="400", message="Would 400 do?").click("Send the offer")
    brand.see("has your offer of €400.00")
    deal = brand.path

    creator.go(deal).see("offers you €400.00").click("Offer other terms")
    creator.fill(price="480", message="Two reels in snow take two days.")
    creator.click("Send the counter-offer")
    brand.go(deal).see("asks for €480.00").click("Accept €480.00")
    brand.see("The terms are frozen", "Pay €480.00 to begin")

    brand.click("Pay €480.00").pay(DECLINED)
    assert "declined" in brand.page.inner_text("body")
    brand.pay(GOOD)
    brand.page.wait_for_url(re.compile(re.escape(deal)))
    brand.wait_for("is working")
    brand.see("Held safely", "€480.00")

    onboard(creator)
    creator.go(deal).see("The money is held").click("Deliver the work")
    creator.fill(links="https://example.org/reel-1\nhttps://example.org/reel-2")
    creator.click("Deliver", exact=True)
    brand.go(deal).see("has delivered").click("Ask for a change")
    brand.fill(what="Please show the sole in the second reel.").click("Ask for the change")
    creator.go(deal).see("Please show the sole").click("Deliver the work")
    creator.fill(links="https://example.org/reel-2b").click("Deliver", exact=True)
    brand.go(deal).click("Approve and pay €480.00")
    brand.wait_for("Done: €432.00 was paid out")
    creator.go("/money").see("€432.00")
    creator.go("/notices").see("€432.00")
    place.proves_its_books()


@pytest.mark.clock
def test_the_brand_says_nothing_and_the_work_counts_as_approved(
    place: Place, visit: Callable[..., Visitor]
) -> None:
    brand = join_as_brand(visit(), address("olle"), "Tystnad")
    creator = join_as_creator(visit(), address("pia"), "Pia Åberg")
    onboard(creator)
    deal = agree(brand, creator, post_a_campaign(brand, "Quiet mornings"), "320")
    fund(brand, deal, "320")
    deliver(creator, deal)
    advance(creator, 5, 1)
    creator.go(deal).wait_for("Done: €288.00 was paid out")
    creator.see("counted as approved")
    place.proves_its_books()


def test_a_brand_that_changes_its_mind_within_a_day_gets_everything_back(
    place: Place, visit: Callable[..., Visitor]
) -> None:
    brand = join_as_brand(visit(), address("ester"), "Ånger")
    creator = join_as_creator(visit(), address("jon"), "Jon Ek")
    deal = agree(brand, creator, post_a_campaign(brand, "Second thoughts"), "310")
    fund(brand, deal, "310")
    brand.click("Cancel the deal").fill(note="Our boots are late.").click("Cancel the deal")
    brand.wait_for("€310.00 was paid back")
    creator.go("/notices").see("Second thoughts")
    place.proves_its_books()


def test_money_waits_for_a_creator_without_an_account(
    place: Place, visit: Callable[..., Visitor]
) -> None:
    brand = join_as_brand(visit(), address("vera"), "Väntan")
    creator = join_as_creator(visit(), address("leo"), "Leo Dahl")
    deal = agree(brand, creator, post_a_campaign(brand, "Patience"), "300")
    fund(brand, deal, "300")
    deliver(creator, deal)
    brand.go(deal).click("Approve and pay €300.00")
    creator.go(deal).wait_for("€270.00 is on its way to you")
    creator.go("/payouts").wait_for("Waiting for your account")
    onboard(creator)
    creator.go(deal).wait_for("Done: €270.00 was paid out")
    place.proves_its_books()
