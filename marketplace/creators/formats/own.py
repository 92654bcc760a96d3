"""Our own export of an audience: what one account holds, in the words of `docs/importing.md`."""

import json
import math
from datetime import date
from typing import Any

from flask_babel import gettext as _

from models import Audience, Platform, Provenance

from .codes import DIMENSIONS, code_of
from .loading import objects
from .parsed import Parsed, Reading, Unreadable, nothing_in

KIND, VERSION = "alongside.audience", 1
#: Formats an export may say it was first read from; of anything else it is a table.
FORMATS = (
    *("instagram", "instagram_engaged", "instagram_reached", "tiktok", "youtube", "vendor"),
    *("csv", "typed"),
)
_ROUNDING = 1.005


def is_ours(one: dict[str, Any]) -> bool:
    return one.get("kind") == KIND


def written(audience: Audience) -> str:
    """An audience as a file. It holds no more than its creator sees on their page."""
    account = audience.account
    said = {
        "kind": KIND,
        "version": VERSION,
        "platform": account.platform.value,
        "handle": account.handle,
        "taken_on": audience.taken_on.isoformat(),
        "provenance": audience.provenance.value,
        "format": audience.format,
        "dimensions": audience.dimensions,
        "figures": audience.figures,
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def read(answers: list[Any]) -> Parsed:
    one = next(one for _path, _name, one in objects(answers) if is_ours(one))
    if one.get("version") != VERSION:
        raise Unreadable(
            _(
                "version is %(found)s, and we read version %(known)s",
                found=str(one.get("version"))[:20],
                known=VERSION,
            )
        )
    reading = Reading()
    given = one.get("dimensions")
    dimensions = {}
    for name, measured in given.items() if isinstance(given, dict) else ():
        where = f"dimensions.{str(name)[:40]}"
        if name not in DIMENSIONS:
            reading.problem(where, _("isn’t one of %(names)s", names=", ".join(DIMENSIONS)))
        elif kept := _dimension(reading, name, measured, where):
            dimensions[name] = kept
    if not dimensions:
        raise Unreadable(nothing_in(reading))
    return _parsed(one, dimensions, reading)


def _parsed(one: dict[str, Any], dimensions: dict[str, Any], reading: Reading) -> Parsed:
    try:
        day = date.fromisoformat(str(one.get("taken_on")))
    except ValueError as error:
        raise Unreadable(
            _(
                "taken_on is “%(text)s”. Write a day, like 2027-03-31",
                text=str(one.get("taken_on"))[:40],
            )
        ) from error
    typed = one.get("provenance") == Provenance.SELF_DECLARED
    platform = str(one.get("platform"))
    return Parsed(
        str(one["format"]) if one.get("format") in FORMATS else "csv",
        dimensions,
        reading.all_problems(),
        taken_on=day,
        platform=Platform(platform) if platform in set(Platform) else None,
        handle=str(one.get("handle") or "")[:61],
        figures=_figures(one.get("figures")),
        # What was typed in stays typed in, however often it is carried about.
        provenance=Provenance.SELF_DECLARED if typed else Provenance.FILE,
    )


def _figures(given: object) -> dict[str, int]:
    known = {
        name: value
        for name, value in (given.items() if isinstance(given, dict) else ())
        if name in ("followers", "real", "sampled")
        and isinstance(value, int)
        and not isinstance(value, bool)
        and 0 <= value <= 2_000_000_000
    }
    if known.get("real", 0) > known.get("sampled", 0) or "real" not in known:
        known = {name: value for name, value in known.items() if name == "followers"}
    return known


def _dimension(reading: Reading, name: str, measured: object, where: str) -> dict[str, Any] | None:
    n = measured.get("n") if isinstance(measured, dict) else None
    cells = measured.get("cells") if isinstance(measured, dict) else None
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= 10_000_000_000:
        reading.problem(
            f"{where}.n",
            _("is “%(text)s”. Write how many people it was counted on", text=str(n)[:40]),
        )
        return None
    if not isinstance(cells, dict) or not cells:
        reading.problem(f"{where}.cells", _("is missing. Write a share, 0 to 1, for each code"))
        return None
    kept: dict[str, float] = {}
    for text, share in cells.items():
        code, why = code_of(name, str(text)[:120])
        if code is None or code in kept:
            reading.problem(f"{where}.cells", why or _("%(code)s is there twice", code=text[:40]))
        elif not _is_share(share):
            reading.problem(
                f"{where}.cells.{code}",
                _("is “%(text)s”. Write a share from 0 to 1", text=str(share)[:40]),
            )
        else:
            kept[code] = share
    # One person has several interests, so those may come to more than everybody.
    if name != "interest" and sum(kept.values()) > _ROUNDING:
        reading.problem(
            where,
            _(
                "adds up to %(percent)s percent. The parts of a whole can’t be more than 100",
                percent=f"{100 * sum(kept.values()):.0f}",
            ),
        )
        return None
    return {"n": n, "cells": kept} if kept else None


def _is_share(share: object) -> bool:
    if isinstance(share, bool) or not isinstance(share, int | float):
        return False
    return math.isfinite(share) and 0 <= share <= 1
