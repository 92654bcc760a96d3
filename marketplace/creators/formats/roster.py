"""A list of creators to bring along, one account a row: name, email, …, platform, handle."""

import re
from dataclasses import dataclass, field

from flask_babel import gettext as _

from models import Platform

from .codes import country_code, interest_code, language_code
from .numbers import Units, number
from .parsed import Unreadable
from .rows import rows_of
from .text import as_text

_NEEDED = ("name", "email", "country", "languages", "topics", "platform", "handle")
_COUNTS = ("followers", "engagements", "posts")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_HANDLE = re.compile(r"@?[A-Za-z0-9_.\-]{2,60}")
MOST_ROWS = 20_000
_MOST_COUNT = 2_000_000_000


@dataclass(slots=True)
class RosterRow:
    line: int
    name: str = ""
    email: str = ""
    about: str = ""
    city: str = ""
    handle: str = ""
    country: str = ""
    platform: Platform = Platform.INSTAGRAM
    languages: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


class RosterWrong(Unreadable):
    """Some lines can't be used, so none is; `problems` says which and why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(content: bytes) -> list[RosterRow]:
    """Every row, or RosterWrong with each line's problem."""
    rows = rows_of(as_text(content), MOST_ROWS)
    header = [name.strip().casefold() for name in next(rows, (0, []))[1]]
    if missing := [name for name in _NEEDED if name not in header]:
        raise Unreadable(
            _("The first line lacks these columns: %(names)s", names=", ".join(missing))
        )
    problems: list[str] = []
    found: list[RosterRow] = []
    first_line: dict[tuple[str, str], int] = {}
    for line, cells in rows:
        given = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        row, wrong = _row(line, given)
        key = (row.platform.value, row.handle)
        if key in first_line and not wrong:
            wrong.append(_("the account is on line %(line)s already", line=first_line[key]))
        first_line.setdefault(key, line)
        problems += [
            _("Line %(line)s: %(problem)s", line=line, problem=problem) for problem in wrong
        ]
        found.append(row)
    if problems:
        raise RosterWrong(problems)
    if not found:
        raise Unreadable(_("There are no creators below the first line"))
    return found


def _row(line: int, given: dict[str, str]) -> tuple[RosterRow, list[str]]:
    row = RosterRow(
        line=line,
        name=" ".join(given.get("name", "").split())[:80],
        email=given.get("email", "").lower(),
        about=given.get("about", "")[:2_000],
        city=given.get("city", "")[:80],
        handle=given.get("handle", "").removeprefix("@").lower(),
    )
    wrong = _wrong_texts(row)
    row.country = country_code(given.get("country", "")) or ""
    if not row.country:
        wrong.append(_("“%(text)s” isn’t a country", text=given.get("country", "")[:40]))
    platform = given.get("platform", "").casefold()
    if platform in set(Platform):
        row.platform = Platform(platform)
    else:
        wrong.append(_("“%(text)s” isn’t instagram, tiktok or youtube", text=platform[:40]))
    row.languages = _codes(given.get("languages", ""), language_code, wrong, _("a language"))
    row.topics = _codes(given.get("topics", ""), interest_code, wrong, _("one of our topics"))
    if len(row.topics) > 5:
        wrong.append(_("has more than five topics"))
    for name in _COUNTS:
        value, why = number(given.get(name) or "0", Units.COUNTS)
        row.counts[name] = int(value or 0)
        if value is None or value > _MOST_COUNT:
            wrong.append(f"{name}: {why or _('is more than there can be')}")
    if row.counts["engagements"] and not row.counts["posts"]:
        wrong.append(_("has engagements but not of how many posts"))
    return row, wrong


def _wrong_texts(row: RosterRow) -> list[str]:
    wrong = []
    if not row.name or not re.search(r"\w", row.name) or row.name.startswith(("=", "+", "@")):
        wrong.append(_("needs a name"))
    if len(row.email) > 254 or not _EMAIL.fullmatch(row.email):
        wrong.append(_("needs an email address, like name@example.org"))
    if not _HANDLE.fullmatch(row.handle):
        wrong.append(_("needs a handle, like ida.pa.stigen"))
    return wrong


def _codes(text: str, code_of: object, wrong: list[str], kind: str) -> list[str]:
    """Several codes in one cell, apart by semicolons, bars or spaces."""
    assert callable(code_of)
    codes = []
    for part in filter(None, (part.strip() for part in re.split(r"[;|/,]", text))):
        code = code_of(part)
        if code is None:
            wrong.append(_("“%(text)s” isn’t %(kind)s", text=part[:40], kind=kind))
        elif code not in codes:
            codes.append(code)
    if not codes and not wrong:
        wrong.append(_("needs %(kind)s", kind=kind))
    return codes
