"""Numbers as files write them, and whether they are counts, percentages or shares."""

import re
from enum import StrEnum

from flask_babel import gettext as _

PERCENT = "%"
_MOST = 10_000_000_000
#: Rounded parts may add up to a little more than the whole.
_ROUNDING = 1.03
#: A list of shares that comes to less than this could be of anything.
_LEAST_PERCENT = 10


class Units(StrEnum):
    COUNTS = "counts"
    PERCENT = "percent"
    SHARES = "shares"

    @property
    def whole(self) -> float:
        return 100 if self == Units.PERCENT else 1

    @staticmethod
    def of_column(name: str | None) -> "Units | None":
        """What a column is called says what is in it, unless it is just "value"."""
        known = {"share": Units.SHARES, "percent": Units.PERCENT, "count": Units.COUNTS}
        return known.get(name or "")


def number(typed: str, declared: Units | None) -> tuple[float | None, str]:
    """What was written as a number, or None and the words that say what to write."""
    shown = typed[:40]
    plain = re.sub(r"[\s\u00a0\u202f'’]", "", typed).removesuffix(PERCENT)
    if not plain:
        return None, _("The number is missing")
    if re.fullmatch(r"-[\d.,]+", plain):
        return None, _("%(text)s is below 0. Counts and shares start at 0", text=shown)
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"[0-9]{1,12}([.,][0-9]{1,12})?", plain):
        return None, _("“%(text)s” isn’t a number", text=shown)
    value = float(plain.replace(",", "."))
    why = _too_much(value, shown, Units.PERCENT if PERCENT in typed else declared)
    return (None, why) if why else (value, "")


def _too_much(value: float, shown: str, units: Units | None) -> str:
    """Why a number can't be meant in these units; empty when it can."""
    if value > _MOST:
        return _("%(text)s is more people than there are", text=shown)
    if units == Units.SHARES and value > 1:
        return _("%(text)s is above 1, the whole. Write 0.25 for a quarter", text=shown)
    if units == Units.PERCENT and value > 100:
        return _("%(text)s is above the whole, which is 100 percent", text=shown)
    if units == Units.COUNTS and value != int(value):
        return _("%(text)s isn’t whole, and people are", text=shown)
    return ""


#: What stands behind a round number of people, in the languages of our neighbours too.
_TIMES = {
    1_000: ("k", "t", "th", "tsd", "tusen", "tus", "tuhatta", "thousand", "mil", "mille", "тыс"),
    1_000_000: (
        *("m", "mn", "mm", "mio", "mln", "milj", "mill", "mil.", "million", "millions", "miljon"),
        *("miljoner", "millionen", "millones", "miljoonaa", "млн"),
    ),
    1_000_000_000: ("b", "bn", "mrd", "md", "mdr", "billion", "billions", "miljard"),
}
_TIMES_OF = {word: times for times, words in _TIMES.items() for word in words}
_ROUND = re.compile(r"[~≈>]?(\d[\d.,]*)([^\W\d_]+)?\.?\+?")


def people(typed: str, *, whole: bool = True) -> tuple[float | None, str]:
    """A count as people write it: `48.5M`, `1,2 mn`, `12k`, `1 234 567`, `1.234.567`."""
    shown = typed[:40]
    plain = re.sub(r"[\s\u00a0\u202f\u2009'’]", "", typed).casefold()
    if re.fullmatch(r"[-−][\d.,]+", plain):
        return None, _("%(text)s is below 0. Counts and shares start at 0", text=shown)
    found = _ROUND.fullmatch(plain)
    times = _TIMES_OF.get(found[2], 0) if found and found[2] else 1
    digits = _digits(found[1], has_unit=times > 1) if found and times else None
    if digits is None:
        return None, _("“%(text)s” isn’t a count, like 12500, 12.5k or 48.5M", text=shown)
    value = round(digits * times, 6)
    if whole and value != int(value):
        return None, _("%(text)s isn’t whole, and people are", text=shown)
    if value > _MOST:
        return None, _("%(text)s is more people than there are", text=shown)
    return value, ""


def _digits(text: str, *, has_unit: bool) -> float | None:
    """Digits with points or commas. Before a unit the last sign is a decimal one; without a unit
    a sign before three digits stands between thousands.
    """
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text) and not (has_unit and len(text) < 8):
        return float(re.sub(r"[.,]", "", text))
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(\.\d{3})+,\d+", text):
        head, tail = re.split(r"[.,](?=\d+$)", text)
        return float(re.sub(r"[.,]", "", head) + "." + tail)
    if re.fullmatch(r"\d{1,12}([.,]\d{1,8})?", text):
        return float(text.replace(",", "."))
    return None


def units_of(
    values: list[float], total: float, sample: float | None, declared: Units | None
) -> tuple[Units | None, str]:
    """How the numbers of one dimension are meant, or None and why that can't be told."""
    units = declared or _sniffed(values, total, sample)
    if units is None:
        return None, _(
            "adds up to %(total)s, which could be shares or percentages. Write percentages with "
            "a percent sign",
            total=f"{total:g}",
        )
    if units != Units.COUNTS and total > units.whole * _ROUNDING:
        return None, _(
            "adds up to %(percent)s percent. The parts of a whole can’t be more than 100",
            percent=f"{100 * total / units.whole:.0f}",
        )
    if units == Units.COUNTS and any(value != int(value) for value in values):
        return None, _("has counts of people that aren’t whole")
    if units == Units.COUNTS and sample is not None and total > sample * _ROUNDING:
        return None, _(
            "counts %(total)s people, more than its sample of %(sample)s",
            total=f"{total:.0f}",
            sample=f"{sample:.0f}",
        )
    return units, ""


def _sniffed(values: list[float], total: float, sample: float | None) -> Units | None:
    whole = all(value == int(value) for value in values)
    if sample is not None and whole and abs(total - sample) <= 0.01 * sample:
        return Units.COUNTS
    if max(values) <= 1 and not (whole and len(values) > 1):
        return Units.SHARES
    if total <= 100 * _ROUNDING:
        return Units.PERCENT if total >= _LEAST_PERCENT and max(values) > 1 else None
    return Units.COUNTS
