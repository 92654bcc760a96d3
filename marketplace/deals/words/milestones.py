"""The milestones of a deal as its page lists them: how each stands, and when it is due."""

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


def steps(deal: Deal) -> list[Step]:
    """None where the work is one piece."""
    if deal.milestones:
        return [_agreed(deal, one) for one in deal.milestones]
    offered = pieces.of_terms(deal.offer.terms)
    pill, state = _NOW.get(deal.status, ("ended", _l("Not agreed")))
    return [
        Step(number, *piece, pill, str(state), _due(piece.deliver_by), False)
        for number, piece in enumerate(offered, 1)
    ]


def _due(by: date) -> str:
    return _("Due on %(day)s", day=day(by))


def _agreed(deal: Deal, one: Milestone) -> Step:
    known = (one.number, one.title, one.amount, one.deliver_by)
    if one.approved_at is not None:
        note = _("Approved on %(day)s", day=day(one.approved_at))
        return Step(*known, "released", _("Approved"), note, False)
    is_now = one is deal.milestone
    if is_now or deal.status in _TOGETHER:
        pill, state = _NOW.get(deal.status, ("ended", _l("Ended")))
        return Step(*known, pill, str(state), _due(one.deliver_by), is_now)
    if deal.status in Deal.ENDS:
        return Step(*known, "ended", _("Ended"), _due(one.deliver_by), False)
    return Step(*known, "next", _("Held for later"), _due(one.deliver_by), False)
