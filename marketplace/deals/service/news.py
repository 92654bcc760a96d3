"""Telling the two sides of a deal what happened."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.notices.service import tell
from models import Deal, Milestone, Person


def path(deal: Deal) -> str:
    return f"/deals/{deal.id}"


def title(deal: Deal, milestone: Milestone | None) -> str:
    """What the work is called: the deal, and the piece of it that this is about."""
    return f"{deal.title}: {milestone.title}" if milestone else deal.title


def about(deal: Deal, who: str, **more: Any) -> dict[str, Any]:
    until = {"until": deal.due_at.isoformat()} if deal.due_at else {}
    return {"who": who, "title": deal.title, "amount": deal.price.plain()} | until | more


def tell_other(db: Session, deal: Deal, kind: str, *, by: Person, **more: Any) -> None:
    """Tell the side that didn't do it, by the name of the side that did."""
    if by.id == deal.creator.person_id:
        other, who = deal.brand.person, deal.creator.name
    else:
        other, who = deal.creator.person, deal.brand.name
    tell(db, other, kind, path=path(deal), **about(deal, who, **more))


def tell_both(db: Session, deal: Deal, kind: str, **more: Any) -> None:
    tell(db, deal.creator.person, kind, path=path(deal), **about(deal, deal.brand.name, **more))
    tell(db, deal.brand.person, kind, path=path(deal), **about(deal, deal.creator.name, **more))
