"""A list of creators to bring along, one account a row, as brands and agencies keep them.

Headers may be in any language and order. A row that can't be used is named with what is wrong in
it; the others can be taken without it.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flask_babel import gettext as _

from models import Platform

from . import headers, interests
from .codes import country_code, language_code
from .numbers import PERCENT, number, people
from .parsed import Unreadable
from .rows import rows_of
from .text import as_text

_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[^@\s,;:<>()\[\]\\\"]+\.[^@\s.,;:<>()]{2,}")
_HANDLE = re.compile(r"[a-z0-9_.\-]{1,60}")
_LINK = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?(instagram|tiktok|youtube)\.com/(?:@|c/|user/|channel/)?([^/?#\s]+)"
)
MOST_ROWS = 200_000
_MOST_COUNT = 2_000_000_000
_MOST_TOPICS, _MOST_LANGUAGES = 5, 8
_HEADER_WITHIN = 10
_OFTEN = 500
_EMPTY = frozenset({"", "-", "–", "—", "n/a", "#n/a", "none", "null", "nan", "unknown", "?"})
_PLATFORMS = {
    **{one.value: one for one in Platform},
    "ig": Platform.INSTAGRAM,
    "insta": Platform.INSTAGRAM,
    "yt": Platform.YOUTUBE,
    "you tube": Platform.YOUTUBE,
    "tik tok": Platform.TIKTOK,
    "tt": Platform.TIKTOK,
}
_SEVERAL = re.compile(r"[;|/,\n]")

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class RosterRow:
    line: int
    cells: list[str] = field(default_factory=list)
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


@dataclass(slots=True)
class WrongRow:
    """A row that can't be used, as it was, and why."""

    line: int
    cells: list[str]
    why: str

    def __str__(self) -> str:
        return _("Line %(line)s: %(problem)s", line=self.line, problem=self.why)


@dataclass(slots=True)
class RosterList:
    header: list[str]
    rows: list[RosterRow] = field(default_factory=list)
    wrong: list[WrongRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class RosterWrong(Unreadable):
    """Some lines can't be used, so none is; `problems` says which and why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(content: bytes, platform: Platform = Platform.INSTAGRAM) -> list[RosterRow]:
    """Every row, or RosterWrong with each line's problem."""
    found = read_list(content, platform)
    if found.wrong:
        raise RosterWrong([str(row) for row in found.wrong])
    return found.rows


def read_list(
    content: bytes, platform: Platform = Platform.INSTAGRAM, tell: Tell | None = None
) -> RosterList:
    """Every row that can be used, and every other with its problem. `platform` is that of the
    accounts where the file doesn't say; `tell` hears how far it has come.
    """
    table = [row for row in rows_of(as_text(content), MOST_ROWS) if not _is_ruler(row[1])]
    place = next(
        (n for n, row in enumerate(table[:_HEADER_WITHIN]) if headers.looks_like_one(row[1])), None
    )
    if place is None:
        raise Unreadable(
            _(
                "We can’t find a column of account names in the first lines. Call one handle or "
                "username, and have another beside it"
            )
        )
    header, body = table[place][1], table[place + 1 :]
    if not body:
        raise Unreadable(_("There are no creators below the first line"))
    reader = _Reader(header, [row for _line, row in body], platform)
    for done, (line, cells) in enumerate(body):
        reader.take(line, cells)
        if tell and done % _OFTEN == 0:
            tell(done, len(body))
    return reader.result()


def _is_ruler(cells: list[str]) -> bool:
    return bool(cells) and not "".join(cells).strip(" =-_+|")


class _Reader:
    """One list, whose columns are known, row by row."""

    def __init__(self, header: list[str], body: list[list[str]], platform: Platform) -> None:
        self.found = RosterList(header)
        self.platform = platform
        self.at = headers.columns(header)
        self._first_line: dict[tuple[Platform, str], int] = {}
        self._unmapped: dict[str, Counter[str]] = {"topics": Counter(), "languages": Counter()}
        self._engagement(body)

    def _engagement(self, body: list[list[str]]) -> None:
        """What the column of engagement is: a rate or a count, by what stands in all of it."""
        self.rate_is_share = False
        if "engagement" in self.at:
            written = [
                row[self.at["engagement"]] for row in body if len(row) > self.at["engagement"]
            ]
            as_rate = any(PERCENT in cell for cell in written)
            self.at.setdefault("rate" if as_rate else "average", self.at.pop("engagement"))
        if "rate" in self.at:
            place = self.at["rate"]
            written = [row[place] for row in body if len(row) > place]
            values = [value for cell in written if (value := number(cell, None)[0]) is not None]
            percents = any(PERCENT in cell for cell in (*written, self.found.header[place]))
            self.rate_is_share = not percents and max(values, default=0) <= 1

    def take(self, line: int, cells: list[str]) -> None:
        given = {
            column: cell
            for column, place in self.at.items()
            if place < len(cells) and (cell := cells[place].strip()).casefold() not in _EMPTY
        }
        wrong: list[str] = []
        row = RosterRow(
            line, cells, about=given.get("about", "")[:2_000], city=given.get("city", "")[:80]
        )
        self._who(row, given, wrong)
        self._where(row, given, wrong)
        row.topics = self._codes(given, ("topics", "topics2"), _topics, "topics")[:_MOST_TOPICS]
        row.languages = self._codes(given, ("languages",), _language, "languages")
        row.languages = row.languages[:_MOST_LANGUAGES]
        row.counts = self._counts(given, wrong)
        key = (row.platform, row.handle)
        if key in self._first_line and not wrong:
            wrong.append(_("the account is on line %(line)s already", line=self._first_line[key]))
        self._first_line.setdefault(key, line)
        if wrong:
            self.found.wrong.append(WrongRow(line, cells, "; ".join(wrong)))
        else:
            self.found.rows.append(row)

    def _who(self, row: RosterRow, given: Mapping[str, str], wrong: list[str]) -> None:
        row.platform = self.platform
        written = given.get("handle", "")
        is_link = _LINK.search(written.casefold())
        link = is_link or _LINK.search(given.get("link", "").casefold())
        if link:
            row.platform = Platform(link[1])
            written = link[2] if is_link or not written else written
        row.handle = written.lstrip("'@").strip().casefold()
        if not _HANDLE.fullmatch(row.handle):
            wrong.append(_("needs a handle, like ida.pa.stigen, not “%(text)s”", text=written[:40]))
        row.name = " ".join(given.get("name", "").split())[:80]
        if not re.search(r"\w", row.name) or row.name.startswith(("=", "+", "@")):
            row.name = row.handle
        row.email = given.get("email", "").lower()
        if row.email and (len(row.email) > 254 or not _EMAIL.fullmatch(row.email)):
            wrong.append(
                _(
                    "needs an email address, like name@example.org, not “%(text)s”",
                    text=row.email[:40],
                )
            )

    def _where(self, row: RosterRow, given: Mapping[str, str], wrong: list[str]) -> None:
        if platform := given.get("platform"):
            known = _PLATFORMS.get(" ".join(platform.casefold().split()))
            row.platform = known or row.platform
            if known is None:
                wrong.append(_("“%(text)s” isn’t instagram, tiktok or youtube", text=platform[:40]))
        if country := given.get("country"):
            row.country = _country(country) or ""
            if not row.country:
                wrong.append(
                    _(
                        "“%(text)s” isn’t a country. Use its name or two letters, like SE",
                        text=country[:40],
                    )
                )

    def _codes(
        self,
        given: Mapping[str, str],
        columns: tuple[str, ...],
        codes_of: Callable[[str], tuple[str, ...]],
        kind: str,
    ) -> list[str]:
        """Several codes in one cell, apart by signs; names we have none for are counted."""
        codes: dict[str, None] = {}
        for column in columns:
            cell = given.get(column, "")
            parts = (cell,) if codes_of(cell) else _SEVERAL.split(cell)
            for part in filter(None, (part.strip() for part in parts)):
                known = codes_of(part)
                codes |= dict.fromkeys(known)
                if not known:
                    self._unmapped[kind][part[:40]] += 1
        return list(codes)

    def _counts(self, given: Mapping[str, str], wrong: list[str]) -> dict[str, int]:
        followers = self._count(given, "followers", wrong)
        counts = {"engagements": 0, "posts": 0}
        if "followers" in given:
            counts["followers"] = followers
        if "engagements" in self.at:
            counts["engagements"] = self._count(given, "engagements", wrong)
            counts["posts"] = self._count(given, "posts", wrong)
            if counts["engagements"] and not counts["posts"]:
                wrong.append(_("has engagements but not of how many posts"))
            return counts
        average = self._average(given, wrong)
        if average is None and "rate" in given:
            average = followers * self._rate(given["rate"], wrong)
        if average is not None:
            counts["engagements"], counts["posts"] = round(average), 1
            self._genuine(given, average, counts, wrong)
        return counts

    def _average(self, given: Mapping[str, str], wrong: list[str]) -> float | None:
        """Reactions to one post, in one column or in several."""
        if "average" in given:
            return self._count(given, "average", wrong, whole=False)
        parts = [column for column in ("likes", "comments", "shares") if column in given]
        if "likes" not in parts:
            return None
        return sum(self._count(given, column, wrong, whole=False) for column in parts)

    def _genuine(
        self, given: Mapping[str, str], average: float, counts: dict[str, int], wrong: list[str]
    ) -> None:
        """Of a hundred reactions, how many somebody found to be real people's."""
        if "genuine" in given and average > 0:
            genuine = self._count(given, "genuine", wrong, whole=False)
            counts["sampled_comments"] = 100
            counts["genuine_comments"] = round(100 * min(1, genuine / average))

    def _count(
        self, given: Mapping[str, str], column: str, wrong: list[str], *, whole: bool = True
    ) -> int:
        if column not in given:
            return 0
        value, why = people(given[column], whole=whole)
        if value is None or value > _MOST_COUNT:
            name = " ".join(self.found.header[self.at[column]].split())[:40]
            wrong.append(f"{name}: {why or _('is more than there can be')}")
            return 0
        return round(value)

    def _rate(self, cell: str, wrong: list[str]) -> float:
        value, why = number(cell, None)
        most = 1 if self.rate_is_share else 100
        if value is None or value > most:
            name = " ".join(self.found.header[self.at["rate"]].split())[:40]
            wrong.append(
                f"{name}: {why or _('%(text)s is above the whole, %(most)s', text=cell, most=most)}"
            )
            return 0
        return value / most

    def result(self) -> RosterList:
        found, header = self.found, self.found.header
        used = {place for column, place in self.at.items() if column != "posts" or self._has_total}
        unused = [name for place, name in enumerate(header) if place not in used and name.strip()]
        if unused:
            shown = ", ".join(" ".join(name.split())[:40] for name in unused[:20])
            found.notes.append(_("We don’t use these columns: %(names)s", names=shown))
        if any(headers.plain(name) in headers.AUDIENCE_COUNTRY for name in unused):
            found.notes.append(
                _(
                    "Where most of an audience lives is not where its creator does, and without a "
                    "share it says too little to keep"
                )
            )
        if not self._has_total and {"rate", "average", "likes"} & self.at.keys():
            found.notes.append(
                _(
                    "Reactions are given for one post, and not of how many posts that is the "
                    "average. So they count as of one"
                )
            )
        found.notes += self._unmapped_notes()
        return found

    @property
    def _has_total(self) -> bool:
        return "engagements" in self.at

    def _unmapped_notes(self) -> list[str]:
        said = {
            "topics": _("These topics are none of ours, so they were left out: %(names)s"),
            "languages": _("These are no languages we know, so they were left out: %(names)s"),
        }
        notes = []
        for kind, counter in self._unmapped.items():
            if counter:
                most = counter.most_common(20)
                names = ", ".join(f"{name} ({count})" for name, count in most)
                more = len(counter) - len(most)
                notes.append(said[kind] % {"names": names + (f" (+{more})" if more > 0 else "")})
        return notes


@lru_cache(4_096)
def _country(text: str) -> str | None:
    plain = " ".join(re.sub(r"[.()]", "", text).split())
    return country_code(plain) or country_code(plain.removeprefix("The ").removeprefix("the "))


@lru_cache(4_096)
def _topics(text: str) -> tuple[str, ...]:
    return interests.ours(text)


@lru_cache(4_096)
def _language(text: str) -> tuple[str, ...]:
    code = language_code(text)
    return (code,) if code else ()
