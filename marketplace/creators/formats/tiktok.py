"""TikTok's answers about an account, for businesses and for creators, as JSON.

Lists under `audience_countries`, `audience_cities`, `audience_genders`, `audience_ages` and
`audience_locales`. Whether a number is a percentage, a share or a count is told from the sum.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _

from models import Platform

from .lists import Lists
from .loading import about, first_count, first_text, objects, refusals
from .parsed import Parsed, Unreadable, nothing_in

#: The list's name, what it is about, and the key of each name in it.
LISTS = {
    "audience_ages": ("age", ("age", "age_range", "age_group")),
    "audience_genders": ("gender", ("gender",)),
    "audience_countries": ("country", ("country", "country_code", "country_name")),
    "audience_cities": ("city", ("city", "city_name")),
    "audience_locales": ("language", ("locale", "language", "language_code")),
    "audience_languages": ("language", ("language", "locale", "language_code")),
}
_ALSO = ("name", "code", "key", "label")
_AVERAGES = ("average_likes", "average_comments", "average_shares")


def is_ours(one: dict[str, Any]) -> bool:
    return any(key in LISTS for key in one) or "audience_activity" in one


def read(answers: list[Any]) -> Parsed:
    lists, empty, seen = Lists(), list[str](), set[str]()
    for path, _name, one in objects(answers):
        for key, (dimension, names) in LISTS.items():
            items = one.get(key)
            where = f"{path}.{key}" if path else key
            if isinstance(items, dict):
                items = [{"name": name, "value": value} for name, value in items.items()]
            if not isinstance(items, list):
                continue
            if items:
                seen.add(dimension)
                lists.take(dimension, where, items, (*names, *_ALSO))
            else:
                empty.append(dimension)
    for words in refusals(answers):
        lists.reading.problem(_("One answer"), words)
    dimensions = lists.dimensions()
    if not dimensions:
        raise Unreadable(_nothing(lists, empty))
    notes = [*_unknown(set(empty) - seen), *_averages(answers), *lists.reading.notes]
    followers = first_count(about(answers), "followers_count", "follower_count")
    return Parsed(
        "tiktok",
        dimensions,
        lists.reading.all_problems(),
        notes,
        taken_on=max(_days(answers), default=None),
        platform=Platform.TIKTOK,
        handle=first_text(about(answers), "handle_name", "username"),
        figures={} if followers is None else {"followers": followers},
    )


def _days(answers: list[Any]) -> Iterator[date]:
    """The days its daily figures are of."""
    for _path, name, one in objects(answers):
        if name == "metrics":
            try:
                yield date.fromisoformat(str(one.get("date"))[:10])
            except ValueError:
                continue


def _averages(answers: list[Any]) -> list[str]:
    """Reactions are told, and not kept: the answer doesn't say of how many videos they are."""
    found = [count for key in _AVERAGES if (count := first_count(about(answers), key)) is not None]
    if not found:
        return []
    return [
        _(
            "The file says %(count)s reactions a video, but not of how many videos. Enter them on "
            "the page of the account",
            count=sum(found),
        )
    ]


def _unknown(empty: set[str]) -> list[str]:
    if not empty:
        return []
    return [
        _(
            "TikTok gave no numbers for %(names)s. That is unknown, not zero",
            names=", ".join(sorted(empty)),
        )
    ]


def _nothing(lists: Lists, empty: list[str]) -> str:
    if empty and not lists.reading.problems:
        return _("TikTok gave no numbers. It does so from 100 followers")
    return nothing_in(lists.reading)
