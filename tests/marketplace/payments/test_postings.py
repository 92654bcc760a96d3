"""Each posting, word for word: its cause is what makes a replay harmless, and may never change."""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from marketplace.payments import postings
from marketplace.payments.gateway import Booked
from marketplace.payments.ledger import Line
from marketplace.payments.postings import Bearers, back, forth
from models import Chargeback, Checkout, Money, Payout, Refund, Reversal, Transfer

DEAL, CHECKOUT, THING, CREATOR, BRAND = (uuid.UUID(int=number) for number in range(1, 6))
NAMES = {DEAL: "deal", CHECKOUT: "checkout", THING: "thing", CREATOR: "creator", BRAND: "brand"}


def eur(minor: int) -> Money:
    return Money(minor, "eur")


def checkout(fee: int | None = 30, charge: str | None = "ch_1", surcharge: int = 0) -> Checkout:
    return Checkout(
        id=CHECKOUT,
        purpose="deal",
        subject_id=DEAL,
        amount=eur(1000),
        surcharge=eur(surcharge),
        session_id="cs_1",
        charge_id=charge,
        fee_minor=fee,
    )


def transfer(stripe_id: str | None = "tr_1") -> Transfer:
    return Transfer(
        id=THING,
        purpose="deal",
        subject_id=DEAL,
        payee_id=CREATOR,
        checkout_id=CHECKOUT,
        amount=eur(800),
        netted_minor=70,
        stripe_id=stripe_id,
    )


def refund(stripe_id: str | None = "re_1") -> Refund:
    return Refund(
        id=THING, checkout_id=CHECKOUT, checkout=checkout(), amount=eur(300), stripe_id=stripe_id
    )


def reversal(stripe_id: str | None = "trr_1") -> Reversal:
    return Reversal(id=THING, transfer=transfer(), amount=eur(90), stripe_id=stripe_id)


def chargeback() -> Chargeback:
    return Chargeback(
        id=THING, checkout_id=CHECKOUT, checkout=checkout(), stripe_id="dp_1", amount=eur(300)
    )


def payout() -> Payout:
    return Payout(id=THING, stripe_id="po_1", amount=eur(60))


def booked(net: int) -> Booked:
    fee = 15
    return Booked(
        id="txn_1",
        kind="adjustment",
        source="dp_1",
        amount=eur(net + fee),
        fee=eur(fee),
        net=eur(net),
        at=datetime(2026, 5, 4, tzinfo=UTC),
    )


def share_out(
    db: Any,
    *,
    stripe_fee: Money | None = None,
    surcharge: tuple[Money, Money] | None = None,
) -> None:
    postings.share_out(
        db,
        DEAL,
        creator_id=CREATOR,
        checkout_id=CHECKOUT,
        to_creator=eur(700),
        fee=eur(100),
        to_brand=eur(200),
        kind="deal_approved",
        source=f"deal:{DEAL}",
        stripe_fee=stripe_fee,
        surcharge=surcharge,
    )


BEARERS = Bearers(
    escrow=eur(1),
    refund=eur(2),
    surcharge=eur(9),
    deferred_fee=eur(3),
    platform_fee=eur(4),
    ours=eur(5),
    held=[(BRAND, eur(6))],
    payable=[(BRAND, eur(7)), (CREATOR, eur(8))],
    owed=[(CREATOR, eur(255))],
)
BORNE = (
    "L:escrow deal +1, L:refund checkout +2, L:surcharge deal +9, L:deferred_fee +3,"
    " I:platform_fee +4, {loss} +5,"
    " L:held brand +6, L:payable brand +7, L:payable creator +8, A:owed creator +255"
)
BOTH = [(BRAND, eur(700)), (CREATOR, eur(200))]
SHARED = "L:payable creator -700, I:platform_fee -100"
HELD = "L:held brand +700, L:held creator +200"
MATURE = "L:payable brand -700, L:payable creator -200"
D, ORDER, P = ("deal", DEAL), ("order", DEAL), ("person", CREATOR)
PO = ("payout", THING)

Call = Callable[[Any], None]
# what is called | cause | kind | about | source | Stripe's id | lines
TABLE: list[tuple[Call, str, str, tuple[str, uuid.UUID], str, str, str]] = [
    (
        lambda db: postings.paid(db, checkout()),
        f"checkout:{CHECKOUT}:paid", "deal_paid", D, "checkout:cs_1", "ch_1",
        "A:stripe +970, E:stripe_fees +30, L:escrow deal -1000",
    ),
    (
        lambda db: postings.paid(db, checkout(fee=None, charge=None)),
        f"checkout:{CHECKOUT}:paid", "deal_paid", D, "checkout:cs_1", "",
        "A:uncleared +1000, L:escrow deal -1000",
    ),
    (
        lambda db: postings.tip_paid(db, checkout(), creator_id=CREATOR, fee=eur(100)),
        f"checkout:{CHECKOUT}:paid", "deal_paid", D, "checkout:cs_1", "ch_1",
        "A:stripe +970, E:stripe_fees +30, L:payable creator -900, I:platform_fee -100",
    ),
    (
        lambda db: postings.late_fee(db, checkout(), eur(20)),
        f"checkout:{CHECKOUT}:fee", "stripe_fee", D, "checkout:cs_1", "ch_1",
        "A:stripe +980, E:stripe_fees +20, A:uncleared -1000",
    ),
    (
        lambda db: postings.late_fee(db, checkout(charge=None), eur(20)),
        f"checkout:{CHECKOUT}:fee", "stripe_fee", D, "checkout:cs_1", "",
        "A:stripe +980, E:stripe_fees +20, A:uncleared -1000",
    ),
    (
        share_out,
        f"deal:{DEAL}:shared", "deal_approved", D, f"deal:{DEAL}", "",
        f"L:escrow deal +1000, {SHARED}, L:refund checkout -200",
    ),
    (
        lambda db: share_out(db, stripe_fee=eur(30)),
        f"deal:{DEAL}:shared", "deal_approved", D, f"deal:{DEAL}", "",
        f"L:escrow deal +1030, {SHARED}, E:stripe_fees -30, L:refund checkout -200",
    ),
    (
        lambda db: postings.paid(db, checkout(surcharge=15)),
        f"checkout:{CHECKOUT}:paid", "deal_paid", D, "checkout:cs_1", "ch_1",
        "A:stripe +970, E:stripe_fees +30, L:escrow deal -985, L:surcharge deal -15",
    ),
    (
        lambda db: share_out(db, surcharge=(eur(15), eur(0))),
        f"deal:{DEAL}:shared", "deal_approved", D, f"deal:{DEAL}", "",
        (
            f"L:escrow deal +1000, L:surcharge deal +15, {SHARED}, I:surcharge -15,"
            " L:refund checkout -200"
        ),
    ),
    (
        lambda db: share_out(db, surcharge=(eur(0), eur(15))),
        f"deal:{DEAL}:shared", "deal_approved", D, f"deal:{DEAL}", "",
        f"L:escrow deal +1000, L:surcharge deal +15, {SHARED}, L:refund checkout -215",
    ),
    (
        lambda db: postings.sent(db, transfer()),
        f"transfer:{THING}:sent", "money_sent", D, f"transfer:{THING}", "tr_1",
        "L:payable creator +800, A:stripe -800",
    ),
    (
        lambda db: postings.sent(db, transfer(None)),
        f"transfer:{THING}:sent", "money_sent", D, f"transfer:{THING}", "",
        "L:payable creator +800, A:stripe -800",
    ),
    (
        lambda db: postings.refunded(db, refund()),
        f"refund:{THING}:sent", "refund_sent", D, f"refund:{THING}", "re_1",
        "L:refund checkout +300, A:stripe -300",
    ),
    (
        lambda db: postings.refunded(db, refund(None)),
        f"refund:{THING}:sent", "refund_sent", D, f"refund:{THING}", "",
        "L:refund checkout +300, A:stripe -300",
    ),
    (
        lambda db: postings.refund_failed(db, refund()),
        f"refund:{THING}:failed", "refund_failed", D, f"refund:{THING}", "re_1",
        "A:stripe +300, L:refund checkout -300",
    ),
    (
        lambda db: postings.refund_failed(db, refund(None)),
        f"refund:{THING}:failed", "refund_failed", D, f"refund:{THING}", "",
        "A:stripe +300, L:refund checkout -300",
    ),
    (
        lambda db: postings.accrued(db, DEAL, BOTH, platform=eur(100)),
        f"order:{DEAL}:accrued", "sale_shared", ORDER, f"order:{DEAL}", "",
        "L:order deal +1000, L:held brand -700, L:held creator -200, L:deferred_fee -100",
    ),
    (
        lambda db: postings.given_back(db, DEAL, checkout_id=CHECKOUT, amount=eur(1000)),
        f"order:{DEAL}:given_back", "order_stray_payment", ORDER, f"order:{DEAL}", "",
        "L:order deal +1000, L:refund checkout -1000",
    ),
    (
        lambda db: postings.returned(
            db, DEAL, BOTH, cause="r1", checkout_id=CHECKOUT, platform=eur(100)
        ),
        f"order:{DEAL}:returned:r1", "return_taken", ORDER, "return:r1", "",
        f"{HELD}, L:deferred_fee +100, L:refund checkout -1000",
    ),
    (
        lambda db: postings.matured(db, DEAL, BOTH, platform=eur(100)),
        f"order:{DEAL}:matured", "sale_matured", ORDER, f"order:{DEAL}", "",
        f"{HELD}, {MATURE}, L:deferred_fee +100, I:platform_fee -100",
    ),
    (
        lambda db: postings.bank_moved(db, chargeback(), booked(-315)),
        "chargeback:dp_1:txn_1", "bank_took", D, f"chargeback:{THING}", "txn_1",
        "A:stripe -315, E:dispute_fees +15, A:disputed +300",
    ),
    (
        lambda db: postings.bank_moved(db, chargeback(), booked(300)),
        "chargeback:dp_1:txn_1", "bank_returned", D, f"chargeback:{THING}", "txn_1",
        "A:stripe +300, E:dispute_fees +15, A:disputed -315",
    ),
    (
        # A line of nothing but a fee that was given back has taken nothing.
        lambda db: postings.bank_moved(db, chargeback(), booked(0)),
        "chargeback:dp_1:txn_1", "bank_returned", D, f"chargeback:{THING}", "txn_1",
        "E:dispute_fees +15, A:disputed -15",
    ),
    (
        lambda db: postings.chargeback_lost(db, chargeback(), BEARERS),
        "chargeback:dp_1:lost", "chargeback_lost", D, f"chargeback:{THING}", "dp_1",
        BORNE.format(loss="E:chargeback_loss") + ", A:disputed -300",
    ),
    (
        lambda db: postings.taken_back(db, refund(), BEARERS, subject=D),
        f"refund:{THING}:taken_back", "taken_back", D, f"refund:{THING}", "",
        BORNE.format(loss="E:goodwill") + ", L:refund checkout -300",
    ),
    (
        lambda db: postings.reversed_transfer(db, reversal()),
        f"reversal:{THING}:done", "transfer_reversed", D, f"reversal:{THING}", "trr_1",
        "A:stripe +90, A:owed creator -90",
    ),
    (
        lambda db: postings.reversed_transfer(db, reversal(None)),
        f"reversal:{THING}:done", "transfer_reversed", D, f"reversal:{THING}", "",
        "A:stripe +90, A:owed creator -90",
    ),
    (
        lambda db: postings.netted(db, transfer(), eur(50)),
        f"transfer:{THING}:netted:70", "debt_netted", D, f"transfer:{THING}", "",
        "L:payable creator +50, A:owed creator -50",
    ),
    (
        lambda db: postings.written_off(db, CREATOR, eur(40), cause=THING),
        f"debt:{THING}:written_off", "debt_written_off", P, f"event:{THING}", "",
        "E:chargeback_loss +40, A:owed creator -40",
    ),
    (
        lambda db: postings.refunded_by_hand(db, refund()),
        f"refund:{THING}:by_hand", "refund_by_hand", D, f"refund:{THING}", "",
        "L:refund checkout +300, A:bank -300",
    ),
    (
        lambda db: postings.unclaimed(
            db, transfer(), fee=eur(100), stripe_fee=eur(30), surcharge=eur(7)
        ),
        f"transfer:{THING}:unclaimed", "money_unclaimed", D, f"transfer:{THING}", "",
        (
            "L:payable creator +800, I:platform_fee +100, E:stripe_fees +30, I:surcharge +7,"
            " L:refund checkout -937"
        ),
    ),
    (
        lambda db: postings.payout_left(db, payout()),
        "payout:po_1:left", "payout_left", PO, f"payout:{THING}", "po_1",
        "A:in_transit +60, A:stripe -60",
    ),
    (
        lambda db: postings.payout_paid(db, payout()),
        "payout:po_1:paid", "payout_paid", PO, f"payout:{THING}", "po_1",
        "A:bank +60, A:in_transit -60",
    ),
    (
        lambda db: postings.payout_returned(db, payout(), was_paid=True),
        "payout:po_1:returned", "payout_returned", PO, f"payout:{THING}", "po_1",
        "A:stripe +60, A:bank -60",
    ),
    (
        lambda db: postings.payout_returned(db, payout(), was_paid=False),
        "payout:po_1:returned", "payout_returned", PO, f"payout:{THING}", "po_1",
        "A:stripe +60, A:in_transit -60",
    ),
]  # fmt: skip


def said(lines: Sequence[Line]) -> list[str]:
    """Lines as they stand above; those of nothing are left out, as the ledger does."""
    return [
        " ".join(
            filter(None, (one.account, one.owner and NAMES[one.owner], f"{one.amount.minor:+}"))
        )
        for one in lines
        if one.amount
    ]


@pytest.mark.parametrize(
    ("call", "cause", "kind", "about", "source", "stripe_id", "lines"),
    TABLE,
    ids=[f"{number} {row[2]}" for number, row in enumerate(TABLE)],
)
def test_a_posting_is_written_as_it_always_was(
    monkeypatch: pytest.MonkeyPatch,
    call: Call,
    cause: str,
    kind: str,
    about: tuple[str, uuid.UUID],
    source: str,
    stripe_id: str,
    lines: str,
) -> None:
    written: list[tuple[object, ...]] = []

    def post(
        db: Any, cause: str, kind: str, lines: Sequence[Line], *, about: Any, source: str,
        stripe_id: str = "",
    ) -> None:  # fmt: skip
        written.append((cause, kind, about, source, stripe_id, said(lines)))
        assert sum(one.amount.minor for one in lines) == 0

    monkeypatch.setattr(forth, "post", post)
    monkeypatch.setattr(back, "post", post)
    call(None)
    assert written == [(cause, kind, about, source, stripe_id, lines.split(", "))]


def test_nobody_bears_anything_to_begin_with() -> None:
    assert said(Bearers.nobody("sek").lines(DEAL, CHECKOUT, "E:goodwill")) == []
    assert Bearers.nobody("sek").ours == Money(0, "sek")
