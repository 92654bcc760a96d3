"""A browser as people use it: by what stands on the page, not by how it is made."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def chromium() -> str | None:
    """The browser on this machine, if there is one."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def opened() -> Iterator[Browser]:
    args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    args += ["--disable-component-update", "--disable-sync", "--disable-quic"]
    os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=args)
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """One person with one browser window. `js=False` is a browser with JavaScript off."""

    def __init__(self, browser: Browser, base: str, *, js: bool = True, **options: Any) -> None:
        options.setdefault("viewport", WIDE)
        self.context: BrowserContext = browser.new_context(java_script_enabled=js, **options)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.base = base
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self._complain(m.type, m.text))
        self.page.on("pageerror", lambda error: self._complain("error", str(error)))

    def _complain(self, kind: str, said: str) -> None:
        # A declined card is answered with 402, a form with mistakes with 422, and a link that has
        # ended with 410: all are meant.
        # Leaving a page while it is still being drawn aborts its view transition.
        harmless = r"status of (402|409|410|422)|^Transition was (aborted|skipped)"
        if kind in ("error", "warning") and not re.search(harmless, said):
            self.complaints.append(said)

    def go(self, path: str) -> "Visitor":
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status < 500, f"{path}: {answer.status}"
        return self

    def click(self, words: str, *, exact: bool = False) -> "Visitor":
        """A button or a link, by what it says; each leads to a page."""
        target = self.page.get_by_role("button", name=words, exact=exact)
        if target.count() == 0:
            target = self.page.get_by_role("link", name=words, exact=exact)
        assert target.count(), f"nothing says {words!r} on {self.path}:\n{self.text[:1500]}"
        with self.page.expect_navigation():
            target.first.click()
        return self

    def fill(self, **fields: str) -> "Visitor":
        """Fields by their name in the form."""
        for name, value in fields.items():
            self.page.locator(f'[name="{name}"]').first.fill(value)
        return self

    def tick(self, *words: str) -> "Visitor":
        for one in words:
            box = self.page.get_by_role("checkbox", name=one, exact=True)
            box = box.or_(self.page.get_by_role("radio", name=one, exact=True))
            assert box.count(), f"nothing to tick says {one!r} on {self.path}:\n{self.text[:1500]}"
            box.first.check()
        return self

    def choose(self, name: str, value: str) -> "Visitor":
        self.page.locator(f'select[name="{name}"]').first.select_option(value)
        return self

    def see(self, *words: str) -> "Visitor":
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one, timeout=15_000)
        return self

    def find(self, words: str) -> "Visitor":
        """Go through the pages of a list until one has it."""
        while words not in self.text:
            self.click("Next", exact=True)
        return self

    def wait_for(self, words: str, *, seconds: int = 30) -> "Visitor":
        """Look again until the page says so: the worker may still be busy."""
        for _ in range(seconds * 2):
            if words in self.page.locator("main").inner_text():
                return self
            self.page.wait_for_timeout(500)
            self.page.reload()
        raise AssertionError(f"{words!r} never came; the page says:\n{self.text[:1500]}")

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.base)

    def sign_in(self, email: str, password: str) -> "Visitor":
        self.go("/sign-in").fill(email=email, password=password)
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("button", name="Sign in").click()
        return self

    def pay(self, card: str) -> "Visitor":
        """Type a card on the hosted page we were led to."""
        self.page.wait_for_url(re.compile(r"/c/pay/"))
        fields = {"number": card, "expiry": "12 / 34", "cvc": "123", "email": "sara@example.org"}
        fields |= {"name": "Sara Nyström", "line1": "Storgatan 14", "city": "Umeå"}
        fields |= {"postal_code": "903 26"}
        for name, value in fields.items():
            field = self.page.locator(f'input[name="{name}"]')
            if field.count() and field.first.is_editable():
                field.first.fill(value)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=re.compile("^Pay")).click()
        return self
