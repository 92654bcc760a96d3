"""Small things pages share: going on after a form, and pages of a long list."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, request, url_for
from sqlalchemy import Select, func
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

PER_PAGE = 24
FEW = 12  # of what is large: a card with a picture, bars or a form in it


def go(endpoint: str, *, saying: str = "", **values: Any) -> Response:
    """Redirect after a form, with a word about what happened."""
    if saying:
        flash(saying)
    return redirect(url_for(endpoint, **values), 303)


def safe_next(fallback: str) -> str:
    """Where to go on to after signing in: a path of ours, never another host."""
    target = request.values.get("next", "")
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and not _leads_away(target) else fallback


def _leads_away(target: str) -> bool:
    """As browsers read it: they pass over tabs and line breaks on the way to a second slash."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return True
    return bool(parts.netloc or parts.scheme) or not target.isprintable()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows, which page it is (from 1), and how many there are."""

    rows: list[Any]
    number: int
    total: int
    size: int = PER_PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))


def asked_page() -> int:
    """The page that `?page=` asks for; a number that isn't one is page 1."""
    asked = request.args.get("page", "1")
    return max(1, min(int(asked), 100_000)) if asked.isdecimal() and len(asked) < 7 else 1


def cut(rows: list[Any], number: int, *, size: int = PER_PAGE) -> Page:
    """One page of a list that is at hand."""
    first = (number - 1) * size
    return Page(rows[first : first + size], number, len(rows), size)


def paged(db: Session, query: Select[Any], *, size: int = PER_PAGE) -> Page:
    """One page of what a query finds. The query names one kind of thing, and groups nothing."""
    number = asked_page()
    count = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    rows = db.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(list(rows), number, db.scalar(count) or 0, size)
