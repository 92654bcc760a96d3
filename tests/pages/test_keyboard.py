"""The main job with nothing but Tab, Enter, Space and typing; focus can always be seen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Visitor
from tests.stories.steps import (
    GOOD,
    PASSWORD,
    address,
    import_an_audience,
    join_as_brand,
    join_as_creator,
    post_a_campaign,
)

pytestmark = [pytest.mark.browser, pytest.mark.story]

# What has the focus says its name, and whether anybody sees that it has it.
FOCUS = """() => {
  const e = document.activeElement;
  const label = e.labels?.[0]?.innerText ?? e.getAttribute("aria-label") ?? e.innerText ?? "";
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {label: label.trim(), name: e.name ?? "", seen: seen || e === document.body,
          there: e === document.body || (box.width > 0 && box.height > 0)};
}"""


class Typist(Visitor):
    """A visitor without a mouse."""

    def reach(self, words: str) -> "Typist":
        """Tab on to what is called so, by its label or its name in the form."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            has = self.page.evaluate(FOCUS)
            assert has["seen"], f"nobody sees that “{has['label']}” has the focus"
            assert has["there"], f"“{has['label']}” has the focus and no size"
            if words in (has["name"], has["label"]) or has["label"].startswith(words):
                return self
        raise AssertionError(f"Tab never comes to “{words}” on {self.path}:\n{self.text}")

    def type_in(self, **fields: str) -> "Typist":
        for name, text in fields.items():
            self.reach(name)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)
        return self

    def enter(self, words: str) -> "Typist":
        self.reach(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self


@pytest.fixture
def typist(visit: Callable[..., Visitor]) -> Callable[[Visitor], Typist]:
    """The same window as before, from now on without a mouse."""

    def without_mouse(visitor: Visitor) -> Typist:
        visitor.__class__ = Typist
        assert isinstance(visitor, Typist)
        return visitor

    return without_mouse


def test_a_deal_is_made_and_paid_by_keyboard_alone(
    visit: Callable[..., Visitor], typist: Callable[[Visitor], Typist], tmp_path: Path
) -> None:
    mail = address("tangent")
    brand, creator = join_as_brand(visit(), address("tasta")), join_as_creator(visit(), mail)
    import_an_audience(creator, tmp_path)
    campaign = post_a_campaign(brand, "Without a mouse")
    brand, creator = typist(brand), typist(visit())

    creator.go("/sign-in").type_in(email=mail, password=PASSWORD).enter("Sign in")
    creator.go(campaign).type_in(price="450", pitch="I type faster than I click.").enter("Apply")
    creator.see("waits")

    brand.go(f"{campaign}/applications").enter("Make an offer")
    brand.type_in(price="440").enter("Send the offer").see("has your offer of €440.00")
    creator.go(brand.path).enter("Accept €440.00").see("You agreed")
    brand.go(brand.path).enter("Pay €440.00")
    brand.page.wait_for_url(re.compile("/c/pay/"))
    pay(brand)
    brand.page.wait_for_url(re.compile("/deals/"))
    brand.wait_for("is working")


def pay(typist: Typist) -> None:
    """Fill whatever the payment page asks for, in its own order."""
    fields = {"number": GOOD, "expiry": "12 / 34", "cvc": "123", "email": "elsa@example.org"}
    fields |= {"name": "Elsa Lund", "line1": "Storgatan 1", "city": "Umeå", "postal_code": "90326"}
    order = typist.page.evaluate("[...document.querySelectorAll('input')].map(e => e.name)")
    editable = [name for name in order if name in fields]
    typist.type_in(**{name: fields[name] for name in editable}).enter("Pay")


def test_the_first_tab_leads_past_the_menu(visit: Callable[..., Visitor]) -> None:
    visitor = visit().go("/")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate(FOCUS)["label"] == "Skip to content"
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main"


def test_the_menu_of_a_person_opens_and_signs_out_by_keyboard(
    visit: Callable[..., Visitor], typist: Callable[[Visitor], Typist]
) -> None:
    one = typist(join_as_creator(visit(), address("meny"), "Meny Person")).go("/today")
    one.reach("Meny Person").page.keyboard.press("Space")
    one.enter("Sign out")
    one.page.get_by_role("link", name="Sign in").first.wait_for()
