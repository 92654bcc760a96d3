"""What people read about disputes."""

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Brand, Creator, Deal, Dispute, DisputeStatus, Event


def of_deal(db: Session, deal: Deal) -> Dispute | None:
    """A deal's dispute. There is at most one: after a ruling nothing is left to argue about."""
    return db.scalars(select(Dispute).where(Dispute.deal_id == deal.id)).unique().first()


def story(db: Session, dispute: Dispute) -> list[Event]:
    """What happened to the deal and to the dispute, newest first."""
    return list(
        db.scalars(
            select(Event)
            .where(
                or_(
                    (Event.subject_type == "disputes") & (Event.subject_id == dispute.id),
                    (Event.subject_type == "deals") & (Event.subject_id == dispute.deal_id),
                )
            )
            .order_by(Event.at.desc(), Event.created_at.desc())
        )
    )


def rulings() -> Select[Any]:
    """What admins ruled, newest first. What two sides agreed on is theirs alone."""
    its_deal = joinedload(Dispute.deal)
    return (
        select(Dispute)
        .where(Dispute.status == DisputeStatus.RULED, Dispute.ruled_by_id.is_not(None))
        .order_by(Dispute.ruled_at.desc())
        .options(
            its_deal.joinedload(Deal.brand).joinedload(Brand.person),
            its_deal.joinedload(Deal.creator).joinedload(Creator.person),
        )
    )


def similar(db: Session, dispute: Dispute, most: int = 3) -> list[Dispute]:
    """The newest rulings with the same reason."""
    query = rulings().where(Dispute.reason == dispute.reason, Dispute.id != dispute.id)
    return list(db.scalars(query.limit(most)).unique())
