"""What people and admins read about payments."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkout, Person, Refund, Transfer, TransferStatus


def blocked_transfers(db: Session, *, for_: Person) -> list[Transfer]:
    """Money that waits until this person's account can receive it."""
    return list(
        db.scalars(
            select(Transfer)
            .where(Transfer.payee_id == for_.id, Transfer.status == TransferStatus.BLOCKED)
            .order_by(Transfer.created_at)
        )
    )


def moves(
    db: Session, purpose: str, subject_id: uuid.UUID
) -> tuple[list[Checkout], list[Transfer], list[Refund]]:
    """Everything asked of Stripe for one deal or order."""
    return (
        list(db.scalars(select(Checkout).filter_by(purpose=purpose, subject_id=subject_id))),
        list(db.scalars(select(Transfer).filter_by(purpose=purpose, subject_id=subject_id))),
        list(db.scalars(select(Refund).filter_by(purpose=purpose, subject_id=subject_id))),
    )
