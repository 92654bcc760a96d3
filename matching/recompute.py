"""Work a rank receipt out again: `python -m matching.recompute receipt.json`.

From the inputs in the file alone, by the same code that ranked. Says what differs and ends
with 1, or says that all is as it was and ends with 0.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from . import exposure
from .plain import Malformed, plain
from .receipt import (
    NEVER_USED,
    Arrangement,
    OtherFormula,
    Receipt,
    Row,
    published,
    read,
    worked_out,
)

#: More differences than this tell nothing new.
_MOST_SAID = 20


def differences(receipt: Receipt) -> list[str]:
    """What of a receipt does not follow from the rest of it; nothing, when all does."""
    try:
        # Where numbers are beyond all bounds, that shows in what comes out.
        with np.errstate(all="ignore"):
            weights, rows = worked_out(
                receipt.brief,
                receipt.population,
                [(row.place, row.profile) for row in receipt.rows],
                receipt.medians,
            )
    except KeyError as error:
        return [f"medians: {error.args[0]} is missing"]
    except (ValueError, ArithmeticError) as error:
        return [f"what went in can’t be worked with: {error}"]
    found = list(_unlike(weights, receipt.weights, "weights"))
    found += _unlike(list(weights), list(receipt.medians), "medians")
    found += _unlike(list(NEVER_USED), list(receipt.never_used), "never_used")
    for number, (again, row) in enumerate(zip(rows, receipt.rows, strict=True)):
        found += _unlike(again.score, row.score, f"rows[{number}].score")
        found += _unlike(plain(again.terms), plain(row.terms), f"rows[{number}].terms")
    found += _places(receipt)
    if receipt.arrangement is not None:
        found += _arrangement(receipt.arrangement, receipt)
    return found


def _places(receipt: Receipt) -> Iterator[str]:
    """Whether places follow from scores, and equal scores from names."""
    rows = sorted(receipt.rows, key=lambda row: row.place)
    for row in rows:
        if not 1 <= row.place <= receipt.pool:
            yield f"places: {row.profile.id} is in place {row.place} of {receipt.pool}"
    for above, below in pairwise(rows):
        if above.place == below.place or _order(above) > _order(below):
            yield f"places: {below.profile.id} belongs above {above.profile.id}"


def _order(row: Row) -> tuple[float, bool, Any]:
    return (-row.score, isinstance(row.profile.id, str), row.profile.id)


def _arrangement(shown: Arrangement, receipt: Receipt) -> Iterator[str]:
    at = "arrangement."
    yield from _unlike(dict(exposure.RULES), dict(shown.rules), f"{at}rules")
    ascending = all(above < below for above, below in pairwise([0, *shown.places]))
    if not ascending or len(shown.places) != len(shown.scores):
        yield f"{at}places must be those of the scores, the best first"
        return
    if shown.places and shown.places[-1] > receipt.pool:
        yield f"{at}places go beyond the pool of {receipt.pool}"
    if shown.first < 1:
        yield f"{at}first must be 1 or more"
        return
    last = shown.first - 1 + len(receipt.rows)
    try:
        slots = exposure.arranged(shown.scores, shown.credits, shown.seed, upto=last)
    except ValueError as error:
        yield f"{at}scores: {error}"
        return
    yield from _unlike(exposure.fitting(shown.scores), shown.fitting, f"{at}fitting")
    yield from _unlike(plain(slots), plain(shown.slots), f"{at}slots")
    here = slots[shown.first - 1 :]
    if len(here) != len(receipt.rows):
        yield f"{at}scores: {len(receipt.rows)} rows were shown, and {len(here)} follow from them"
    for slot, row in zip(here, receipt.rows, strict=False):
        where = f"position {slot.position}"
        yield from _unlike(shown.places[slot.place - 1], row.place, f"place in {where}")
        yield from _unlike(row.score, shown.scores[slot.place - 1], f"score in {where}")
    if any(published(score) != score for score in shown.scores):
        yield f"{at}scores have more decimals than are published"


def _unlike(again: Any, said: Any, at: str) -> Iterator[str]:
    """Where two plain values differ, to the last digit."""
    if isinstance(again, Mapping) and isinstance(said, Mapping):
        for name in [*again, *(name for name in said if name not in again)]:
            if name not in again or name not in said:
                yield f"{at}.{name} is {'not known' if name in said else 'missing'}"
            else:
                yield from _unlike(again[name], said[name], f"{at}.{name}")
    elif isinstance(again, list) and isinstance(said, list):
        if len(again) != len(said):
            yield f"{at}: {len(said)} are given, and {len(again)} follow"
        for place, (one, other) in enumerate(zip(again, said, strict=False)):
            yield from _unlike(one, other, f"{at}[{place}]")
    elif again != said or repr(again) != repr(said):
        yield f"{at} is given as {said!r}, and comes out as {again!r}"


def told(receipt: Receipt) -> str:
    """One line for a receipt that is right."""
    rows, pool = len(receipt.rows), receipt.pool
    of = f"{rows} of {pool} creators" if rows != 1 else f"place {receipt.rows[0].place} of {pool}"
    what = "scores and places" if receipt.arrangement is None else "scores, places and order"
    return f"Right to the last digit: {what} of {of}, formula {receipt.formula}."


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        return _refused("Name one receipt: python -m matching.recompute receipt.json")
    (name,) = arguments
    try:
        receipt = read(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return _refused(f"{name} can’t be read: {error}")
    except OtherFormula as error:
        return _refused(f"{name} {error}: take the release of Alongside that made it")
    except Malformed as error:
        return _refused(f"{name} is no whole receipt: {error}")
    found = differences(receipt)
    for line in found[:_MOST_SAID]:
        _say(line)
    if len(found) > _MOST_SAID:
        _say(f"and {len(found) - _MOST_SAID} more")
    if not found:
        _say(told(receipt))
    return 1 if found else 0


def _refused(why: str) -> int:
    _say(why, sys.stderr)
    return 1


def _say(line: str, to: TextIO | None = None) -> None:
    """Also on a terminal that can't show every letter."""
    to = to or sys.stdout
    code = to.encoding or "utf-8"
    print(line.encode(code, "backslashreplace").decode(code), file=to)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
