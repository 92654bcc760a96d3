"""The milestones of a deal as its page lists them: how each stands, and when it is or was."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.deals.service import pieces
from marketplace.kit.i18n import day
from models import Deal, DealStatus, Milestone, Money

_NOW: dict[DealStatus, tuple[str, Any]] = {
    DealStatus.OFFERED: ("next", _l("Offered")),
    DealStatus.ACCEPTED: ("next", _l("To be paid for")),
    DealStatus.FUNDED: ("held", _l("Being made")),
    DealStatus.DELIVERED: ("delivered", _l("Delivered")),
    DealStatus.REVISING: ("held", _l("Being changed")),
    DealStatus.DISPUTED: ("frozen", _l("In dispute")),
    DealStatus.SETTLING: ("held", _l("Being settled")),
    DealStatus.SETTLED: ("settled", _l("Settled")),
    DealStatus.REFUNDING: ("refunding", _l("Being refunded")),
    DealStatus.REFUNDED: ("refunded", _l("Refunded")),
}
# What comes after it shares its fate there; else it waits for its turn.
_TOGETHER = frozenset(
    {
        DealStatus.DISPUTED,
        DealStatus.SETTLING,
        DealStatus.SETTLED,
        DealStatus.REFUNDING,
        DealStatus.REFUNDED,
        DealStatus.OFFERED,
        DealStatus.ACCEPTED,
    }
)


# What became of the milestones that were never approved, once their day says nothing any more.
_CAME: dict[DealStatus, Any] = {
    DealStatus.DISPUTED: _l("Waits for the ruling"),
    DealStatus.SETTLING: _l("Divided by the ruling"),
    DealStatus.SETTLED: _l("Divided by the ruling"),
    DealStatus.REFUNDING: _l("On its way back"),
    DealStatus.REFUNDED: _l("Went back"),
    DealStatus.CANCELLED: _l("Never paid for"),
    DealStatus.DECLINED: _l("Never agreed on"),
    DealStatus.WITHDRAWN: _l("Never agreed on"),
    DealStatus.EXPIRED: _l("Never agreed on"),
}
_CAME_ON: dict[DealStatus, Any] = {
    DealStatus.SETTLED: _l("Divided by the ruling, %(day)s"),
    DealStatus.REFUNDED: _l("Went back on %(day)s"),
}


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    title: str
    amount: Money
    deliver_by: date
    pill: str
    state: str
    note: str
    is_now: bool


def steps(deal: Deal, gone_back: Collection[int] = ()) -> list[Step]:
    """None where the work is one piece. `gone_back`: approved, and never sent to anybody."""
    if deal.milestones:
        return [_agreed(deal, one, one.number in gone_back) for one in deal.milestones]
    offered = pieces.of_terms(deal.offer.terms)
    pill, state = _NOW.get(deal.status, ("ended", _l("Not agreed")))
    return [
        Step(number, *piece, pill, str(state), _note(deal, piece.deliver_by), False)
        for number, piece in enumerate(offered, 1)
    ]


def _note(deal: Deal, by: date) -> str:
    """When it is due; and where it will never come, what became of its money."""
    if deal.ended_at is not None and deal.status in _CAME_ON:
        return str(_CAME_ON[deal.status]) % {"day": day(deal.ended_at)}
    if deal.status in _CAME:
        return str(_CAME[deal.status])
    return _("Due on %(day)s", day=day(by))


def _agreed(deal: Deal, one: Milestone, has_gone_back: bool) -> Step:
    known = (one.number, one.title, one.amount, one.deliver_by)
    if one.approved_at is not None:
        at = day(one.approved_at)
        if has_gone_back:
            note = _("Approved on %(day)s, and never sent", day=at)
            return Step(*known, "refunded", _("Went back"), note, False)
        note = _("Approved on %(day)s", day=at)
        return Step(*known, "released", _("Approved"), note, False)
    note = _note(deal, one.deliver_by)
    is_now = one is deal.milestone
    if is_now or deal.status in _TOGETHER:
        pill, state = _NOW.get(deal.status, ("ended", _l("Ended")))
        return Step(*known, pill, str(state), note, is_now and deal.status not in Deal.ENDS)
    if deal.status in Deal.ENDS:
        return Step(*known, "ended", _("Ended"), note, False)
    return Step(*known, "next", _("Held for later"), note, False)
