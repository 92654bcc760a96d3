"""Every form of the main job, in a browser that runs no scripts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Visitor
from tests.stories import steps
from tests.stories.steps import PASSWORD, address

pytestmark = [pytest.mark.browser, pytest.mark.story]


def test_a_deal_up_to_a_dispute_without_javascript(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    mail = address("naken")
    brand = steps.join_as_brand(visit(js=False), mail, "Utan Skript")
    creator = steps.join_as_creator(visit(js=False), address("ren"), "Ren Sida")
    steps.import_an_audience(creator, tmp_path)
    steps.onboard(creator)
    campaign = steps.post_a_campaign(brand, "Plain pages")
    deal = steps.agree(brand, creator, campaign, "350")
    steps.fund(brand, deal, "350")
    steps.deliver(creator, deal)
    brand.go(deal).click("Ask for a change").fill(what="Show the sole.")
    brand.click("Ask for the change")
    steps.deliver(creator, deal)
    brand.go(deal).click("Open a dispute").tick("It is not what was agreed")
    brand.fill(statement="Still no sole.", asks="100")
    brand.click("Open the dispute and freeze the money").see("Still no sole.")
    creator.go(brand.path).fill(answer="It is there, at 0:12.", asks="350")
    creator.click("Send your answer").see("It is there, at 0:12.")
    brand.page.locator("header summary").click()
    brand.click("Sign out")
    brand.sign_in(mail, PASSWORD).see("needs you")


def test_a_mistake_is_explained_and_what_was_typed_is_kept(visit: Callable[..., Visitor]) -> None:
    visitor = visit(js=False).go("/join/creator")
    visitor.fill(name="Nästan Rätt", email="not an address", password="short")
    visitor.click("Join", exact=True).see("There are 2 things to put right")
    assert visitor.page.locator('[name="name"]').input_value() == "Nästan Rätt"
    assert visitor.page.locator('[name="password"]').input_value() == ""
    assert visitor.page.title().startswith("Error:")
    visitor.page.get_by_role("main").get_by_role("link", name=re.compile("email address")).click()
    assert visitor.page.url.endswith("#email")


def test_a_shopper_buys_without_javascript(visit: Callable[..., Visitor]) -> None:
    shopper = visit(js=False).go("/shelves")
    shopper.page.locator(".goods a").first.click()
    shopper.page.wait_for_url(re.compile("/shelves/.+/.+"))
    for choice in shopper.page.locator("fieldset").all():
        choice.locator("input:not([disabled])").first.check(force=True)
    shopper.page.get_by_role("button", name=re.compile("^Buy")).click()
    shopper.pay(steps.GOOD)
    shopper.page.wait_for_url(re.compile("/orders/"))
    shopper.wait_for("Who earns what")
