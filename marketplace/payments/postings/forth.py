"""Money that comes in, is divided, and leaves for whose it is."""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace.payments.ledger import (
    DEFERRED_FEE,
    ESCROW,
    HELD,
    ORDER,
    PAYABLE,
    PLATFORM_FEE,
    REFUND,
    STRIPE,
    STRIPE_FEES,
    SURCHARGE,
    SURCHARGE_KEPT,
    UNCLEARED,
    Line,
    credit,
    debit,
    post,
)
from models import Checkout, Money, Refund, Transfer

# Whose part is how much, by people's ids.
Parts = Sequence[tuple[uuid.UUID, Money]]
# Where the money of a checkout goes first, by what it pays for.
_INTO = {"deal": ESCROW, "order": ORDER}


def paid(db: Session, checkout: Checkout) -> None:
    """A charge came in: Stripe holds it less its fee, and we owe it to the deal or order.

    A surcharge is held beside it, until it is known whether the work was paid for.
    """
    price = checkout.amount - checkout.surcharge
    held = [
        credit(_INTO[checkout.purpose], price, checkout.subject_id),
        credit(SURCHARGE, checkout.surcharge, checkout.subject_id),
    ]
    _came_in(db, checkout, held)


def tip_paid(db: Session, checkout: Checkout, *, creator_id: uuid.UUID, fee: Money) -> None:
    """A payment straight to a creator, for no work: theirs at once, less `fee`, our part."""
    _came_in(
        db,
        checkout,
        [credit(PAYABLE, checkout.amount - fee, creator_id), credit(PLATFORM_FEE, fee)],
    )


def _came_in(db: Session, checkout: Checkout, owed: list[Line]) -> None:
    """Until Stripe names its fee, the payment isn't in its books, and isn't on our balance."""
    if checkout.fee_minor is None:
        have = [debit(UNCLEARED, checkout.amount)]
    else:
        fee = Money(checkout.fee_minor, checkout.currency)
        have = [debit(STRIPE, checkout.amount - fee), debit(STRIPE_FEES, fee)]
    post(
        db,
        f"checkout:{checkout.id}:paid",
        f"{checkout.purpose}_paid",
        [*have, *owed],
        about=(checkout.purpose, checkout.subject_id),
        source=f"checkout:{checkout.session_id}",
        stripe_id=checkout.charge_id or "",
    )


def late_fee(db: Session, checkout: Checkout, fee: Money) -> None:
    """Stripe put a payment into its books, and named its fee, after we had booked it."""
    post(
        db,
        f"checkout:{checkout.id}:fee",
        "stripe_fee",
        [
            debit(STRIPE, checkout.amount - fee),
            debit(STRIPE_FEES, fee),
            credit(UNCLEARED, checkout.amount),
        ],
        about=(checkout.purpose, checkout.subject_id),
        source=f"checkout:{checkout.session_id}",
        stripe_id=checkout.charge_id or "",
    )


def share_out(
    db: Session,
    deal_id: uuid.UUID,
    *,
    creator_id: uuid.UUID,
    checkout_id: uuid.UUID,
    to_creator: Money,
    fee: Money,
    to_brand: Money,
    kind: str,
    source: str,
    stripe_fee: Money | None = None,
    surcharge: tuple[Money, Money] | None = None,
) -> None:
    """What was held for a deal is divided: `to_creator` (after `fee`) and back `to_brand`.

    `stripe_fee` is what Stripe kept of the payment, where the creator bears it; `surcharge` what
    we keep of one, and what goes back of it. Approval, cancellation and a ruling are this one
    posting with other parts. `source` is what is divided, once: the deal, or a milestone of it.
    """
    nothing = Money(0, fee.currency)
    borne = stripe_fee or nothing
    kept, back = surcharge or (nothing, nothing)
    lines = [
        debit(ESCROW, to_creator + fee + borne + to_brand, deal_id),
        debit(SURCHARGE, kept + back, deal_id),
        credit(PAYABLE, to_creator, creator_id),
        credit(PLATFORM_FEE, fee),
        credit(STRIPE_FEES, borne),
        credit(SURCHARGE_KEPT, kept),
        credit(REFUND, to_brand + back, checkout_id),
    ]
    post(db, f"{source}:shared", kind, lines, about=("deal", deal_id), source=source)


def sent(db: Session, transfer: Transfer) -> None:
    """A transfer left our Stripe balance for the payee's account."""
    post(
        db,
        f"transfer:{transfer.id}:sent",
        "money_sent",
        [
            debit(PAYABLE, transfer.amount, transfer.payee_id),
            credit(STRIPE, transfer.amount),
        ],
        about=(transfer.purpose, transfer.subject_id),
        source=f"transfer:{transfer.id}",
        stripe_id=transfer.stripe_id or "",
    )


def refunded(db: Session, refund: Refund) -> None:
    """A refund left our Stripe balance for who had paid."""
    post(
        db,
        f"refund:{refund.id}:sent",
        "refund_sent",
        [
            debit(REFUND, refund.amount, refund.checkout_id),
            credit(STRIPE, refund.amount),
        ],
        about=(refund.checkout.purpose, refund.checkout.subject_id),
        source=f"refund:{refund.id}",
        stripe_id=refund.stripe_id or "",
    )


def refund_failed(db: Session, refund: Refund) -> None:
    """A refund that had left came back: we still owe it, and must pay it another way."""
    post(
        db,
        f"refund:{refund.id}:failed",
        "refund_failed",
        [
            debit(STRIPE, refund.amount),
            credit(REFUND, refund.amount, refund.checkout_id),
        ],
        about=(refund.checkout.purpose, refund.checkout.subject_id),
        source=f"refund:{refund.id}",
        stripe_id=refund.stripe_id or "",
    )


def accrued(db: Session, order_id: uuid.UUID, people: Parts, *, platform: Money) -> None:
    """A sale is divided into shares that wait for the return window; parts by people's ids."""
    whole = sum((amount for _, amount in people), start=platform)
    post(
        db,
        f"order:{order_id}:accrued",
        "sale_shared",
        [
            debit(ORDER, whole, order_id),
            *(credit(HELD, amount, person) for person, amount in people),
            credit(DEFERRED_FEE, platform),
        ],
        about=("order", order_id),
        source=f"order:{order_id}",
    )


def given_back(db: Session, order_id: uuid.UUID, *, checkout_id: uuid.UUID, amount: Money) -> None:
    """A payment for an order that had ended: nobody earns from it, all of it is owed back."""
    post(
        db,
        f"order:{order_id}:given_back",
        "order_stray_payment",
        [debit(ORDER, amount, order_id), credit(REFUND, amount, checkout_id)],
        about=("order", order_id),
        source=f"order:{order_id}",
    )


def returned(
    db: Session,
    order_id: uuid.UUID,
    people: Parts,
    *,
    cause: str,
    checkout_id: uuid.UUID,
    platform: Money,
) -> None:
    """Each share gives back its part of a return, before anybody was paid."""
    whole = sum((amount for _, amount in people), start=platform)
    post(
        db,
        f"order:{order_id}:returned:{cause}",
        "return_taken",
        [
            *(debit(HELD, amount, person) for person, amount in people),
            debit(DEFERRED_FEE, platform),
            credit(REFUND, whole, checkout_id),
        ],
        about=("order", order_id),
        source=f"return:{cause}",
    )


def matured(db: Session, order_id: uuid.UUID, people: Parts, *, platform: Money) -> None:
    """The return window is over: what is left of each share may be paid."""
    post(
        db,
        f"order:{order_id}:matured",
        "sale_matured",
        [
            *(debit(HELD, amount, person) for person, amount in people),
            *(credit(PAYABLE, amount, person) for person, amount in people),
            debit(DEFERRED_FEE, platform),
            credit(PLATFORM_FEE, platform),
        ],
        about=("order", order_id),
        source=f"order:{order_id}",
    )
