"""The forms of a page, as a browser finds them, and what could be typed into them."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from models.clock import now


@dataclass
class Input:
    """One name in a form: what kind it is, what stands in it, and what it offers."""

    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    is_number: bool = False


@dataclass
class Page:
    """The forms a page posts, each with where it posts them."""

    forms: list[tuple[str, dict[str, Input]]]

    def to(self, path: str) -> dict[str, Input]:
        """The fields of every form that posts to this address."""
        found: dict[str, Input] = {}
        for action, inputs in self.forms:
            if action in ("", path):
                found |= inputs
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, Input]]] = []
        self.inputs: dict[str, Input] | None = None
        self.area: Input | None = None
        self.select: Input | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inputs = {} if have.get("method", "").lower() == "post" else None
            if self.inputs is not None:
                self.forms.append((have.get("action", ""), self.inputs))
        elif self.inputs is not None and have.get("name"):
            self._field(self.inputs, tag, have)
        if tag == "option" and self.select is not None:
            self.select.options.append(have.get("value", ""))
            if "selected" in have:
                self.select.value = have["value"]

    def _field(self, inputs: dict[str, Input], tag: str, have: dict[str, str]) -> None:
        usual = {"input": "text", "button": "submit"}.get(tag, tag)
        name, kind = have["name"], have.get("type", usual)
        found = inputs.setdefault(name, Input(kind))
        found.is_number = have.get("inputmode") in ("decimal", "numeric")
        if kind in ("radio", "checkbox", "submit"):
            found.options.append(have.get("value", "on"))
            found.value = have.get("value", "on") if "checked" in have else found.value
        else:
            found.value = have.get("value", "")
        self.area = found if tag == "textarea" else None
        self.select = found if tag == "select" else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inputs = None
        if tag == "textarea" and self.area is not None:
            self.area.value = self.area.value.removeprefix("\n")
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    return Page(reader.forms)


#: What fits, by a piece of the field's name; the first that fits is taken.
PASSWORD = "the one they have"
_FITTING = (
    ("email", "somebody@example.org"),
    ("present", PASSWORD),
    ("password", "four unrelated words here"),
    ("taken_on", str(now().date() - timedelta(days=20))),
    (r"_by$|_on$", str(now().date() + timedelta(days=100))),
    (r"link|website", "https://example.org/work"),
    (r"handle", "ida.pa.stigen"),
    ("to_brand", "0"),
    (r"price|budget|amount|asks|to_", "480"),
    (r"count|quantity|stock|followers|posts|engagements|revisions", "2"),
)


def filled(inputs: dict[str, Input]) -> dict[str, Any]:
    """The form as somebody sensible would send it. Files and what only asks for more are left."""
    texts = {
        name: given.value or _sensible(name, given)
        for name, given in inputs.items()
        if given.kind != "file" and name != "do"
    }
    return {name: text for name, text in texts.items() if text}


def _sensible(name: str, given: Input) -> str:
    if given.options:
        # Rows of the same choice take one each.
        choices = [option for option in given.options if option]
        number = int(found[0]) if (found := re.search(r"\d+$", name)) else 0
        return choices[number % len(choices)] if choices else ""
    usual = "10" if given.is_number else "Some words"
    return next((text for part, text in _FITTING if re.search(part, name)), usual)
