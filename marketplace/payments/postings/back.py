"""Money that comes back: taken by a bank, asked back from a payee, or sent to our own bank."""

import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from marketplace.payments.gateway import Booked
from marketplace.payments.ledger import (
    BANK,
    CHARGEBACK_LOSS,
    DEFERRED_FEE,
    DISPUTE_FEES,
    DISPUTED,
    ESCROW,
    GOODWILL,
    HELD,
    IN_TRANSIT,
    OWED,
    PAYABLE,
    PLATFORM_FEE,
    REFUND,
    STRIPE,
    STRIPE_FEES,
    SURCHARGE,
    SURCHARGE_KEPT,
    Line,
    credit,
    debit,
    post,
)
from models import Chargeback, Money, Payout, Refund, Reversal, Transfer

from .forth import Parts


@dataclass(frozen=True, slots=True)
class Bearers:
    """Who bears money that went back to a payer; parts of people are by their ids."""

    escrow: Money
    # A refund that was on its way to the same payer, and isn't needed any more.
    refund: Money
    # What the payer paid on top, while nobody was paid for anything yet.
    surcharge: Money
    deferred_fee: Money
    platform_fee: Money
    # What nobody else bears: our loss.
    ours: Money
    held: Parts = field(default_factory=list)
    payable: Parts = field(default_factory=list)
    owed: Parts = field(default_factory=list)

    @classmethod
    def nobody(cls, currency: str) -> "Bearers":
        nothing = Money(0, currency)
        return cls(nothing, nothing, nothing, nothing, nothing, nothing)

    def lines(self, thing: uuid.UUID, checkout: uuid.UUID, loss: str) -> list[Line]:
        """The debits: what each of them had, has no more; `loss` is the name of ours."""
        return [
            debit(ESCROW, self.escrow, thing),
            debit(REFUND, self.refund, checkout),
            debit(SURCHARGE, self.surcharge, thing),
            debit(DEFERRED_FEE, self.deferred_fee),
            debit(PLATFORM_FEE, self.platform_fee),
            debit(loss, self.ours),
            *(debit(HELD, amount, person) for person, amount in self.held),
            *(debit(PAYABLE, amount, person) for person, amount in self.payable),
            *(debit(OWED, amount, person) for person, amount in self.owed),
        ]


def _about(chargeback: Chargeback) -> tuple[str, uuid.UUID]:
    return chargeback.checkout.purpose, chargeback.checkout.subject_id


def bank_moved(db: Session, chargeback: Chargeback, line: Booked) -> None:
    """A bank took a payment back, returned it, or had its fee: one line of Stripe's own books."""
    post(
        db,
        f"chargeback:{chargeback.stripe_id}:{line.id}",
        "bank_took" if line.net.minor < 0 else "bank_returned",
        [
            debit(STRIPE, line.net),
            debit(DISPUTE_FEES, line.fee),
            credit(DISPUTED, line.amount),
        ],
        about=_about(chargeback),
        source=f"chargeback:{chargeback.id}",
        stripe_id=line.id,
    )


def chargeback_lost(db: Session, chargeback: Chargeback, bearers: Bearers) -> None:
    """The bank keeps what it took: now it is somebody's loss."""
    purpose, subject = _about(chargeback)
    post(
        db,
        f"chargeback:{chargeback.stripe_id}:lost",
        "chargeback_lost",
        [
            *bearers.lines(subject, chargeback.checkout_id, CHARGEBACK_LOSS),
            credit(DISPUTED, chargeback.amount),
        ],
        about=(purpose, subject),
        source=f"chargeback:{chargeback.id}",
        stripe_id=chargeback.stripe_id,
    )


def taken_back(
    db: Session, refund: Refund, bearers: Bearers, *, subject: tuple[str, uuid.UUID]
) -> None:
    """A refund after the money had left: each who was paid owes their part of it."""
    post(
        db,
        f"refund:{refund.id}:taken_back",
        "taken_back",
        [
            *bearers.lines(subject[1], refund.checkout_id, GOODWILL),
            credit(REFUND, refund.amount, refund.checkout_id),
        ],
        about=subject,
        source=f"refund:{refund.id}",
    )


def reversed_transfer(db: Session, reversal: Reversal) -> None:
    """Part of a transfer came back from the payee's account: they owe that much less."""
    transfer = reversal.transfer
    post(
        db,
        f"reversal:{reversal.id}:done",
        "transfer_reversed",
        [debit(STRIPE, reversal.amount), credit(OWED, reversal.amount, transfer.payee_id)],
        about=(transfer.purpose, transfer.subject_id),
        source=f"reversal:{reversal.id}",
        stripe_id=reversal.stripe_id or "",
    )


def netted(db: Session, transfer: Transfer, amount: Money) -> None:
    """What a payee owes is kept back from what they have just earned."""
    post(
        db,
        f"transfer:{transfer.id}:netted:{transfer.netted_minor}",
        "debt_netted",
        [debit(PAYABLE, amount, transfer.payee_id), credit(OWED, amount, transfer.payee_id)],
        about=(transfer.purpose, transfer.subject_id),
        source=f"transfer:{transfer.id}",
    )


def written_off(db: Session, person_id: uuid.UUID, amount: Money, *, cause: uuid.UUID) -> None:
    """We give up what somebody owes us; it is our loss."""
    post(
        db,
        f"debt:{cause}:written_off",
        "debt_written_off",
        [debit(CHARGEBACK_LOSS, amount), credit(OWED, amount, person_id)],
        about=("person", person_id),
        source=f"event:{cause}",
    )


def refunded_by_hand(db: Session, refund: Refund) -> None:
    """A refund that Stripe couldn't make was paid from our own bank."""
    post(
        db,
        f"refund:{refund.id}:by_hand",
        "refund_by_hand",
        [debit(REFUND, refund.amount, refund.checkout_id), credit(BANK, refund.amount)],
        about=(refund.checkout.purpose, refund.checkout.subject_id),
        source=f"refund:{refund.id}",
    )


def unclaimed(
    db: Session, transfer: Transfer, *, fee: Money, stripe_fee: Money, surcharge: Money
) -> None:
    """Nobody said in time where to send it: what was approved goes back, with the fees."""
    back = transfer.amount + fee + stripe_fee + surcharge
    post(
        db,
        f"transfer:{transfer.id}:unclaimed",
        "money_unclaimed",
        [
            debit(PAYABLE, transfer.amount, transfer.payee_id),
            debit(PLATFORM_FEE, fee),
            debit(STRIPE_FEES, stripe_fee),
            debit(SURCHARGE_KEPT, surcharge),
            credit(REFUND, back, transfer.checkout_id),
        ],
        about=(transfer.purpose, transfer.subject_id),
        source=f"transfer:{transfer.id}",
    )


def payout_left(db: Session, payout: Payout) -> None:
    """Money of ours left the Stripe balance for our bank."""
    _payout(db, payout, "left", [debit(IN_TRANSIT, payout.amount), credit(STRIPE, payout.amount)])


def payout_paid(db: Session, payout: Payout) -> None:
    """It is in our bank."""
    _payout(db, payout, "paid", [debit(BANK, payout.amount), credit(IN_TRANSIT, payout.amount)])


def payout_returned(db: Session, payout: Payout, *, was_paid: bool) -> None:
    """The bank sent it back, perhaps after it had shown as paid."""
    came_from = BANK if was_paid else IN_TRANSIT
    lines = [debit(STRIPE, payout.amount), credit(came_from, payout.amount)]
    _payout(db, payout, "returned", lines)


def _payout(db: Session, payout: Payout, what: str, lines: list[Line]) -> None:
    post(
        db,
        f"payout:{payout.stripe_id}:{what}",
        f"payout_{what}",
        lines,
        about=("payout", payout.id),
        source=f"payout:{payout.id}",
        stripe_id=payout.stripe_id,
    )
