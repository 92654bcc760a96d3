"""Signing up, out and back in; settings; and a password that was forgotten."""

from collections.abc import Callable

import pytest

from tests.browser import PHONE, Visitor
from tests.stories.steps import PASSWORD, address, join_as_brand, join_as_creator

pytestmark = [pytest.mark.browser, pytest.mark.story]


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without"])
def test_somebody_joins_leaves_and_comes_back(visit: Callable[..., Visitor], js: bool) -> None:
    visitor, email = visit(js=js, viewport=PHONE), address("nils")
    join_as_creator(visitor, email, "Nils Falk")
    visitor.go("/settings").see("Settings")
    visitor.page.locator("header summary").first.click()
    visitor.click("Sign out")
    visitor.go("/settings")
    assert "/sign-in" in visitor.path
    visitor.fill(email=email, password="not this one").click("Sign in")
    visitor.see("Sign in")
    visitor.sign_in(email, PASSWORD).go("/settings").see("Settings")


def test_a_forgotten_password_is_set_anew_by_mail(visit: Callable[..., Visitor]) -> None:
    email = address("maja")
    join_as_brand(visit(), email, "Majas")
    visitor = visit()
    visitor.go("/sign-in").click("Reset your password").fill(email=email)
    visitor.page.get_by_role("main").get_by_role("button").first.click()
    visitor.page.wait_for_timeout(1_500)
    visitor.go("/mailbox")
    visitor.page.get_by_role("main").get_by_role("link", name="password").first.click()
    visitor.page.wait_for_load_state()
    visitor.page.locator("main a[href*='/reset/']").first.click()
    visitor.page.wait_for_load_state()
    visitor.fill(password="another four quiet words")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("main").get_by_role("button").first.click()
    visitor.go("/settings").see("Settings")
    visit().sign_in(email, "another four quiet words").go("/settings").see("Settings")
