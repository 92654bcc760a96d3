"""Reports of audience-data vendors: `audience.{genders, ages, gendersPerAge, geoCountries, …}`.

Lists of `code` or `name` with a `weight` from 0 to 1, under `audience` or at the top.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from models import Platform

from . import interests
from .lists import UNSTATED, Lists, as_number, value_in
from .loading import about, first_count, first_text, objects, refusals
from .numbers import Units
from .parsed import Parsed, Unreadable, nothing_in

_LISTS = {
    "genders": "gender",
    "ages": "age",
    "geocountries": "country",
    "geocities": "city",
    "languages": "language",
}
_JOINT, _INTERESTS, _CREDIBILITY = "gendersperage", "interests", "credibility"
_KNOWN = {*_LISTS, _JOINT, _INTERESTS, _CREDIBILITY}
_CODES = ("code", "name", "key", "label")
#: A city's code is its number in somebody's list; its name is what is kept.
_NAMES = ("name", "code", "label")
_FEW_WORDS = 20


def _plain(key: str) -> str:
    return key.replace("_", "").casefold().removeprefix("audience")


def is_ours(one: Mapping[str, Any]) -> bool:
    """Either two lists of theirs, or one that no other format calls so."""
    found = {_plain(key) for key, value in one.items() if isinstance(value, list)} & _KNOWN
    return len(found) >= 2 or bool(found & {_JOINT, "geocountries", "geocities"})


def read(answers: list[Any]) -> Parsed:
    lists = Lists()
    figures: dict[str, int] = {}
    reports = [(path, name, one) for path, name, one in objects(answers) if is_ours(one)]
    # Who follows comes before who likes, wherever it stands.
    reports.sort(key=lambda report: "like" in f"{report[0]}".casefold())
    path, _name, report = reports[0]
    for key, value in report.items():
        where = f"{path}.{key}" if path else key
        _take(lists, figures, _plain(key), value, where)
    if more := len(reports) - 1:
        lists.reading.note(
            _(
                "The file has %(count)s more audiences in it. We read the first, %(where)s",
                count=more,
                where=path or "audience",
            )
        )
    for words in refusals(answers):
        lists.reading.problem(_("One answer"), words)
    dimensions = lists.dimensions()
    if not dimensions:
        raise Unreadable(nothing_in(lists.reading))
    followers = first_count(about(answers), "followers", "followersCount", "follower_count")
    if followers is not None:
        figures["followers"] = followers
    platform = first_text(about(answers), "platform", "network", "type").casefold()
    return Parsed(
        "vendor",
        dimensions,
        lists.reading.all_problems(),
        lists.reading.notes,
        platform=Platform(platform) if platform in set(Platform) else None,
        handle=first_text(about(answers), "username", "handle"),
        figures=figures,
    )


def _take(lists: Lists, figures: dict[str, int], key: str, value: Any, where: str) -> None:
    if key == _CREDIBILITY:
        _take_credibility(lists, figures, value, where)
    elif not isinstance(value, list) or not value:
        if key in _KNOWN and isinstance(value, list):
            lists.reading.note(_("%(where)s is empty. That is unknown, not zero", where=where))
    elif key == _JOINT:
        _take_joint(lists, value, where)
    elif key == _INTERESTS:
        _take_interests(lists, value, where)
    elif key in _LISTS:
        names = _NAMES if key == "geocities" else _CODES
        lists.take(_LISTS[key], where, value, names, Units.SHARES)


def _take_joint(lists: Lists, items: list[Any], where: str) -> None:
    """`{"code": "25-34", "male": 0.12, "female": 0.31}`: two cells of the joint table."""
    for place, item in enumerate(items[:100]):
        here = f"{where}[{place}]"
        if not isinstance(item, Mapping):
            lists.reading.problem(here, _("is not a name with a number, so we left it out"))
            continue
        age = next((item[key] for key in _CODES if item.get(key)), "")
        genders = [key for key in item if str(key).casefold() in ("male", "female", "other")]
        if not genders:
            lists.reading.problem(here, _("has neither male nor female in it"))
        for gender in genders:
            cell = f"{age}:{gender}"
            lists.put("age_gender", cell, item[gender], f"{here}.{gender}", Units.SHARES)


def _take_interests(lists: Lists, items: list[Any], where: str) -> None:
    """One person has several interests, so their weights can come to more than everybody. They
    are kept as parts of all that were named.
    """
    found: dict[str, float] = {}
    unmapped: list[str] = []
    whole = 0.0
    for place, item in enumerate(items[:500]):
        here = f"{where}[{place}]"
        key, value = value_in(item) if isinstance(item, Mapping) else ("weight", None)
        weight, why = as_number(value, Units.SHARES)
        if weight is None or not isinstance(item, Mapping):
            lists.reading.problem(f"{here}.{key}", why or _("The number is missing"))
            continue
        name = str(next((item[key] for key in _NAMES if item.get(key)), ""))[:80]
        codes = interests.ours(name)
        whole += weight
        if not codes:
            unmapped.append(name)
        for code in codes:
            found[code] = found.get(code, 0) + weight / len(codes)
    whole = max(whole, 1)
    for code, weight in found.items():
        lists.put("interest", code, min(1.0, weight / whole), where, Units.SHARES)
    if found and whole > 1:
        lists.reading.note(
            _("One person has several interests, so each is kept as its part of all that are named")
        )
    _tell_unmapped(lists, unmapped, where)


def _tell_unmapped(lists: Lists, names: list[str], where: str) -> None:
    if names:
        shown = ", ".join(names[:_FEW_WORDS])
        more = len(names) - _FEW_WORDS
        lists.reading.problem(
            where,
            _(
                "we have no interest of our own for these, so they stay in the part that is "
                "unknown: %(names)s",
                names=shown + (f" (+{more})" if more > 0 else ""),
            ),
        )


def _take_credibility(lists: Lists, figures: dict[str, int], value: Any, where: str) -> None:
    """The share of followers that are real people. On how many it stands isn't told."""
    if value is None:
        return
    share, why = as_number(value, Units.SHARES)
    if share is None:
        lists.reading.problem(where, why)
        return
    figures["real"], figures["sampled"] = round(min(share, 1) * UNSTATED), UNSTATED
