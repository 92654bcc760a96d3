"""A test client that looks at every page it is given, as a person or a browser would."""

import re
from html.parser import HTMLParser
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import Person

_VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
        *("track", "wbr", "path", "rect", "circle", "use"),
    )
)


class _Page(HTMLParser):
    """Collects what a browser would trip over."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wrong: list[str] = []
        self.open: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, dict[str, str | None]]] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = dict(attrs)
        if have.get("id"):
            self.ids.append(str(have["id"]))
        for name in have:
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"<{tag} {name}=…> is refused by our own policy")
        if tag == "script" and "src" not in have:
            self.wrong.append("an inline script is refused by our own policy")
        if tag == "label" and have.get("for"):
            self.labelled.add(str(have["for"]))
        if tag in ("input", "select", "textarea") and have.get("type") not in ("hidden", "submit"):
            inside = "label" in self.open
            if not inside and not have.get("aria-label") and not have.get("aria-labelledby"):
                self.fields.append((tag, have))
        if tag == "a" and have.get("href", "").startswith("#"):
            self.targets.append(str(have["href"])[1:])
        if tag == "img" and "alt" not in have:
            self.wrong.append("an <img> without alt")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag in ("p", "li") and self.open and self.open[-1] != tag:
            self.wrong.append(f"</{tag}> closes <{self.open[-1]}>")
        while self.open and self.open.pop() != tag:
            pass


def look_at(html: str) -> list[str]:
    """Everything wrong with a page, in words."""
    page = _Page()
    page.feed(html)
    wrong = list(page.wrong)
    wrong += [f"id {one} stands twice" for one in set(page.ids) if page.ids.count(one) > 1]
    wrong += [
        f"<{tag} name={have.get('name')}> has no label"
        for tag, have in page.fields
        if have.get("id") not in page.labelled
    ]
    wrong += [f"#{one} leads nowhere" for one in page.targets if one and one not in page.ids]
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    if not title or not title[1].strip():
        wrong.append("no title")
    if html.count("<h1") != 1:
        wrong.append(f"{html.count('<h1')} <h1> instead of one")
    if re.search(r"\{\{|\{%|Undefined|<Money|object at 0x|<lambda", html):
        wrong.append("something of the template shows")
    return wrong


class LookingClient(FlaskClient):
    """`sign_in(person)` skips the password; every HTML answer is looked at."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # Inside the `db` fixture requests share one app context: who was signed in is asked afresh.
        if has_app_context():
            g.pop("_login_user", None)
        response = super().open(*args, **kwargs)
        is_page = response.mimetype == "text/html" and response.status_code not in range(300, 400)
        is_part = "HX-Request" in response.request.headers
        if is_page and not is_part and response.request.method not in ("HEAD", "OPTIONS"):
            wrong = look_at(response.text)
            assert not wrong, f"{response.request.path}: {wrong}"
        return response

    def sign_in(self, person: Person) -> "LookingClient":
        """Start a session for this person, as the sign-in page would."""
        from marketplace.accounts import service
        from marketplace.kit.db import unit_of_work

        with self.application.app_context(), unit_of_work() as db:
            token = service.start_sign_in(db, db.get_one(Person, person.id), agent="test")
        with self.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self
