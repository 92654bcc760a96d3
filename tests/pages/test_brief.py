"""What changes as somebody types: the right part of the page, and nothing that is kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import Visitor
from tests.stories.steps import address, join_as_brand

pytestmark = [pytest.mark.browser, pytest.mark.story]


def test_what_a_brief_finds_follows_what_is_typed(visit: Callable[..., Visitor]) -> None:
    brand = join_as_brand(visit(), address("lampor"), "Lampor")
    brand.go("/campaigns/new")
    brand.fill(title="Lamps", about="Read by one.", product_text="Lamps")
    brand.click("Save and continue")
    beside, said = brand.page.locator("#outlook"), brand.page.locator("#outlook-said")
    expect(beside).not_to_contain_text("of 100")
    brand.tick("Sweden")
    expect(beside).to_contain_text("of 100")
    expect(said).to_contain_text("could do it; ")
    brand.page.get_by_text("What the creator must have").click()
    brand.page.locator('[name="required_languages"][value="fi"]').check()
    expect(beside).to_contain_text("Without “publishes in Finnish”")
    brand.page.reload()
    expect(beside).not_to_contain_text("of 100")
    assert not brand.page.locator('[name="country"][value="SE"]').is_checked()


def test_a_brief_shows_what_it_finds_without_a_script(visit: Callable[..., Visitor]) -> None:
    brand = join_as_brand(visit(js=False), address("ljus"), "Ljus")
    brand.go("/campaigns/new")
    brand.fill(title="Lamps", about="Read by one.", product_text="Lamps")
    brand.click("Save and continue").tick("Sweden").click("Show what this finds")
    expect(brand.page.locator("#outlook")).to_contain_text("of 100")
    assert brand.page.locator('[name="country"][value="SE"]').is_checked()
