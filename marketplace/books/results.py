"""What a check says: whether it passed, how much it looked at, and what it found."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from models import Money

MOST = 5
_AMOUNT = re.compile(r"\{(-?\d+)(?: ([a-z]{3}))?\}")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is wrong, in a few words, and the page about it."""

    what: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """`found` counts what was looked at when it passed, and what is wrong when it didn't."""

    name: str
    passed: bool
    found: str
    things: list[Thing] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def amount(minor: int, currency: str) -> str:
    """An amount inside what is said, for whoever shows it to write as they do."""
    return f"{{{minor} {currency}}}"


def written(text: str, money: Callable[[Money], str], number: Callable[[int], str]) -> str:
    """What is said, with its amounts and counts written out."""

    def one(found: re.Match[str]) -> str:
        return money(Money(int(found[1]), found[2])) if found[2] else number(int(found[1]))

    return _AMOUNT.sub(one, text)


def plain(text: str) -> str:
    """For a shell: 43.20 EUR."""
    return written(text, lambda one: f"{one.decimal} {one.currency.upper()}", str)


def result(name: str, seen: int, what: str, wrong: int, things: Sequence[Thing] = ()) -> Result:
    said = f"{{{wrong}}} of {{{seen}}} {what}" if wrong else f"{{{seen}}} {what}"
    return Result(name, not wrong, said, list(things[:MOST]))


_PAGES = {
    "deal": "/deals/{}",
    "order": "/sales/{}",
    "person": "/admin/people/{}",
    "journal": "/admin/money/journals/{}",
    "account": "/admin/money/accounts/{}",
    "job": "/admin/jobs",
    "event": "/admin/events",
    "proof": "/proof",
}


def thing(reference: str) -> Thing:
    """`deal:<id>` and the like; what has no page of its own names one: `refund:<id>@deal:<id>`."""
    what, _at, about = reference.partition("@")
    kind, _colon, id = (about or what).partition(":")
    page = _PAGES.get(kind, "")
    return Thing(what, page.format(id) if id or "{}" not in page else "")
