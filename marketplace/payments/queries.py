"""What people and admins read about payments."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkout, Payout, PayoutAccount, Person, Refund, Transfer, TransferStatus
from models import PayoutStatus as P


def blocked_transfers(db: Session, *, for_: Person) -> list[Transfer]:
    """Money that waits until this person's account can receive it."""
    return list(
        db.scalars(
            select(Transfer)
            .where(Transfer.payee_id == for_.id, Transfer.status == TransferStatus.BLOCKED)
            .order_by(Transfer.created_at)
        )
    )


class Way(NamedTuple):
    """A transfer, and the payout by which its last cent went on to the payee's bank."""

    transfer: Transfer
    payout: Payout | None


def payouts(db: Session, *, for_: Person) -> list[Payout]:
    """What Stripe paid out to somebody's bank, the first first."""
    query = select(Payout).join(PayoutAccount, PayoutAccount.id == Payout.account_id)
    mine = query.where(PayoutAccount.person_id == for_.id)
    return list(db.scalars(mine.order_by(Payout.created_at, Payout.id)))


def ways(db: Session, paid_out: Sequence[Payout], *, for_: Person) -> list[Way]:
    """Each transfer with the payout that carried it on, newest first.

    Stripe pays out what an account has, the oldest first; so the transfers a payout carries follow
    from their sums. What a bank sent back waits for the next payout.
    """
    query = select(Transfer).where(Transfer.payee_id == for_.id)
    found = list(db.scalars(query.order_by(Transfer.sent_at.nulls_last(), Transfer.created_at)))
    carried = iter(one for one in paid_out if one.status not in (P.FAILED, P.CANCELED))
    payout = next(carried, None)
    room = payout.amount_minor if payout else 0
    made = []
    for transfer in found:
        if transfer.status != TransferStatus.SENT:
            made.append(Way(transfer, None))
            continue
        left = transfer.amount_minor - transfer.reversed_minor
        while payout is not None and left > room:
            left -= room
            payout = next(carried, None)
            room = payout.amount_minor if payout else 0
        room -= left
        made.append(Way(transfer, payout))
    return made[::-1]


def moves(
    db: Session, purpose: str, subject_id: uuid.UUID
) -> tuple[list[Checkout], list[Transfer], list[Refund]]:
    """Everything asked of Stripe for one deal or order."""
    return (
        list(db.scalars(select(Checkout).filter_by(purpose=purpose, subject_id=subject_id))),
        list(db.scalars(select(Transfer).filter_by(purpose=purpose, subject_id=subject_id))),
        list(db.scalars(select(Refund).filter_by(purpose=purpose, subject_id=subject_id))),
    )
