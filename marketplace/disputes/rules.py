"""The published rules by which disputes are ruled, and their clocks.

The page /rules shows these; change them here and the promise changes with them.
"""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

# The other side has so long to give its side.
ANSWER_DAYS = 3
# An admin has so long to rule, from the answer or from the end of the time for it.
RULE_DAYS = 5


class Rule(NamedTuple):
    name: Any
    text: Any


RULES: dict[str, Rule] = {
    "D-1": Rule(
        _l("Nothing delivered: everything back."),
        _l(
            "If nothing was handed in by the agreed day plus seven days, the brand gets the whole"
            " price back."
        ),
    ),
    "D-2": Rule(
        _l("Up to two days late: no cut."),
        _l(
            "A delivery up to two days after the agreed day is paid in full, unless the terms name"
            " a day on which the work had to be seen."
        ),
    ),
    "D-3": Rule(
        _l("Part missing or short: pay for the part that meets the terms."),
        _l(
            "Each agreed piece counts for its share of the price. A piece that falls short counts"
            " for as much of it as does what was agreed."
        ),
    ),
    "D-4": Rule(
        _l("Not as agreed: the frozen terms decide."),
        _l(
            "What was agreed is what stands in the terms both accepted, with their hash. A piece"
            " that misses something named there must be mended or is not paid."
        ),
    ),
    "D-5": Rule(
        _l("A message changes the terms only if both agree."),
        _l("One side’s wish in a message changes nothing until the other side says yes to it."),
    ),
    "D-6": Rule(
        _l("Asking for more than was agreed is no ground for refusing."),
        _l("Taste, new ideas and extra rounds beyond the terms are no reason not to pay."),
    ),
    "D-7": Rule(
        _l("Disclosure missing: pay after it is mended."),
        _l(
            "Paid work must say so, in the agreed words. If they are missing, the work is paid"
            " once they are there; if the creator won’t add them, it is not."
        ),
    ),
    "D-8": Rule(
        _l("Silence: the ruling rests on what the other side shows."),
        _l("Who doesn’t answer in time is judged on the other side’s words and evidence."),
    ),
}
