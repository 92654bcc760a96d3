"""Milestones: what an offer may say of them, and what each has of the price and of the fee."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from flask_babel import gettext as _

from marketplace.deals import rules
from models import Deal, Milestone, Money, Refused, total


class Piece(NamedTuple):
    """One milestone of an offer."""

    title: str
    amount: Money
    deliver_by: date


def add_up(pieces: Sequence[Piece], price: Money, deliver_by: date) -> None:
    """Refuse milestones that aren't the whole deal. A form says the same, field by field."""
    if not pieces:
        return
    if not rules.FEWEST_MILESTONES <= len(pieces) <= rules.MOST_MILESTONES:
        raise Refused(_("A deal has from two to six milestones, or none."))
    if total([one.amount for one in pieces], price.currency) != price:
        raise Refused(_("The milestones must make the price together."))
    if min(one.amount.minor for one in pieces) <= 0:
        raise Refused(_("Each milestone has an amount of its own."))
    days = [one.deliver_by for one in pieces]
    if any(later <= sooner for sooner, later in pairwise(days)):
        raise Refused(_("Each milestone is due after the one before it."))
    if days[-1] != deliver_by:
        raise Refused(_("The last milestone is due on the day of delivery."))


def as_terms(pieces: Sequence[Piece]) -> dict[str, Any]:
    """What the terms say of them: nothing where the work is one piece."""
    if not pieces:
        return {}
    rows = [
        {
            "title": one.title,
            "amount_minor": one.amount.minor,
            "deliver_by": one.deliver_by.isoformat(),
        }
        for one in pieces
    ]
    return {"milestones": rows}


def of_terms(terms: dict[str, Any]) -> list[Piece]:
    return [
        Piece(
            row["title"],
            Money(row["amount_minor"], terms["currency"]),
            date.fromisoformat(row["deliver_by"]),
        )
        for row in terms.get("milestones", [])
    ]


def fee_within(done: Money, amount: Money, bps: int) -> Money:
    """Our fee on `amount`, after `done` of the price: all of them make the fee of the price."""
    return (done + amount).share(bps) - done.share(bps)


def milestones(deal: Deal, pieces: Sequence[Piece]) -> list[Milestone]:
    """The rows of what was agreed."""
    done, made = Money(0, deal.currency), []
    for number, piece in enumerate(pieces, 1):
        made.append(
            Milestone(
                deal=deal,
                number=number,
                title=piece.title,
                currency=deal.currency,
                amount_minor=piece.amount.minor,
                fee_minor=fee_within(done, piece.amount, deal.fee_bps).minor,
                deliver_by=piece.deliver_by,
            )
        )
        done += piece.amount
    return made
