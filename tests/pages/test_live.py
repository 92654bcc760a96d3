"""A list that changes as somebody types, and the same list without any script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, Visitor
from tests.walk import key_of

pytestmark = [pytest.mark.browser, pytest.mark.story]

CAMPAIGN = "/campaigns/forest-paths-in-stig-boots"


def brand(visit: Callable[..., Visitor], **options: object) -> Visitor:
    visitor = visit(**options)
    visitor.sign_in(*key_of("brand"))
    return visitor.go(f"{CAMPAIGN}/matches")


def test_the_list_follows_what_is_typed_and_the_focus_stays(
    visit: Callable[..., Visitor],
) -> None:
    visitor = brand(visit)
    page, count = visitor.page, visitor.page.locator("#count")
    page.locator("#most").press_sequentially("400", delay=30)
    expect(count).to_contain_text(re.compile(r"\d+ of \d+ fit"))
    expect(page).to_have_url(re.compile(r"/matches\?most=400$"))
    assert page.evaluate("document.activeElement.name") == "most"
    expect(page.get_by_role("link", name="Up to €400")).to_be_visible()
    page.locator("#most").press_sequentially("x")
    expect(page.get_by_role("alert")).to_contain_text("Enter an amount, like 250 or 249.50")
    page.go_back()
    expect(page.locator("#most")).to_have_value("400")
    page.get_by_role("link", name="Up to €400").click()
    expect(page.locator("#most")).to_have_value("")
    assert visitor.complaints == []


def test_without_a_script_the_button_shows_the_same(visit: Callable[..., Visitor]) -> None:
    visitor = brand(visit, js=False)
    visitor.fill(most="400").click("Show these")
    visitor.see("of", "fit", "Up to €400")
    visitor.click("Up to €400")
    assert visitor.page.locator("#most").input_value() == ""


@pytest.mark.parametrize("js", [True, False])
def test_ticked_creators_are_compared_and_saved(visit: Callable[..., Visitor], js: bool) -> None:
    visitor = brand(visit, js=js)
    for box in visitor.page.locator("[name=creator]").all()[:2]:
        box.check()
    visitor.click("Compare up to four").see("2 creators side by side")
    visitor.click("Save these to a list").fill(name=f"Side by side {js}")
    visitor.click("Save to the list", exact=True).see("2 creators")


def test_a_comparison_scrolls_in_itself_on_a_phone(visit: Callable[..., Visitor]) -> None:
    visitor = brand(visit, viewport=PHONE)
    visitor.click("Compare the first 4").see("4 creators side by side")
    widths = "[document.scrollingElement.scrollWidth, innerWidth]"
    page_width, window = visitor.page.evaluate(widths)
    assert page_width <= window
    inside = "(e => e.scrollWidth > e.clientWidth)(document.querySelector('.scroll'))"
    assert visitor.page.evaluate(inside)
