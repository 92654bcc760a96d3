"""How what is held for a deal is divided: booked, sent, given back, and told, part by part."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.deals.service import money
from marketplace.kit.clock import now
from marketplace.payments import ledger
from models import (
    Checkout,
    Deal,
    DealStatus,
    Event,
    Milestone,
    Money,
    Notice,
    Person,
    Refund,
    Refused,
    Transfer,
)
from models.deal import terms_digest
from tests import builders
from tests.marketplace.payments import paid
from tests.marketplace.payments.asked import locked
from tests.marketplace.payments.paid import eur

SOON = timedelta(minutes=5)


def held(
    db: Session,
    *pieces: int,
    status: DealStatus = DealStatus.FUNDED,
    fee: Any = 0,
    by: str = "",
    surcharge: int = 0,
) -> tuple[Deal, Checkout]:
    """€480 held for a deal, in these pieces, of which Stripe kept `fee`; `by` whom it is borne."""
    deal = builders.deal(db, status=status, surcharge_minor=surcharge)
    for number, minor in enumerate(pieces, 1):
        row = Milestone(deal=deal, number=number, title=f"Piece {number}", currency="eur")
        row.amount_minor, row.fee_minor, row.deliver_by = minor, minor // 10, deal.deliver_by
        db.add(row)
    deal.terms = deal.terms | {"stripe_fee_by": by}
    deal.terms_hash = terms_digest(deal.terms)
    row = paid.checkout(db, "deal", deal, 48_000 + surcharge, fee=fee or 0, surcharge=surcharge)
    row.fee_minor = fee
    db.flush()
    return deal, row


def booked(db: Session, deal: Deal) -> list[tuple[str, str]]:
    """Kind and cause of what was booked after the payment."""
    db.flush()
    found = ledger.journals(db, about=("deal", deal.id))
    return [(one.kind, one.cause) for one in reversed(found)][1:]


def balances(db: Session, deal: Deal, checkout: Checkout) -> dict[str, int]:
    """Held, the creator's, the brand's, ours, and what of Stripe's fee is borne by us."""
    owners = {
        ledger.ESCROW: deal.id,
        ledger.PAYABLE: deal.creator.person_id,
        ledger.REFUND: checkout.id,
        ledger.PLATFORM_FEE: None,
        ledger.STRIPE_FEES: None,
        ledger.SURCHARGE: deal.id,
    }
    found = {kind: ledger.balance(db, kind, owner, "eur") for kind, owner in owners.items()}
    return {kind[2:]: amount.minor for kind, amount in found.items() if amount}


def sent(db: Session) -> list[tuple[Any, ...]]:
    rows = db.scalars(select(Transfer).order_by(Transfer.part))
    return [
        (one.purpose, one.subject_id, one.part, one.payee_id, one.amount_minor, one.checkout_id)
        for one in rows
    ]


def back(db: Session) -> list[tuple[Any, ...]]:
    rows = db.scalars(select(Refund))
    return [(one.purpose, one.subject_id, one.amount_minor, one.checkout_id) for one in rows]


def notices(db: Session) -> list[tuple[Person, str, str, object]]:
    db.flush()
    found = db.scalars(select(Notice).order_by(Notice.kind))
    return [(one.person, one.kind, one.path, one.data) for one in found]


def only(db: Session, verb: str) -> Event:
    return db.scalars(select(Event).where(Event.verb == verb)).one()


def test_an_approved_deal_is_owed_to_its_creator_less_our_fee(db: Session) -> None:
    deal, row = held(db, fee=745)
    assert money.pay_out(db, deal, None, done=eur(0)) == eur(43_200)
    assert booked(db, deal) == [("deal_approved", f"deal:{deal.id}:shared")]
    assert balances(db, deal, row) == {"payable": 43_200, "platform_fee": 4_800, "stripe_fees": 745}
    assert sent(db) == [("deal", deal.id, 0, deal.creator.person_id, 43_200, row.id)]
    assert (back(db), deal.stripe_fee_minor) == ([], 0)


@pytest.mark.parametrize(
    ("fee", "borne"), [(745, 745), (None, 0), (0, 0), (43_200, 43_200), (43_201, 43_200)]
)
def test_a_creator_bears_stripes_fee_as_far_as_their_part_goes(
    db: Session, fee: int | None, borne: int
) -> None:
    deal, row = held(db, fee=fee, by="creator")
    assert money.pay_out(db, deal, None, done=eur(0)) == eur(43_200 - borne)
    assert deal.stripe_fee == eur(borne)
    assert balances(db, deal, row).get("payable", 0) == 43_200 - borne
    assert len(sent(db)) == (borne < 43_200)


def test_each_milestone_is_owed_alone_and_bears_its_part_of_stripes_fee(db: Session) -> None:
    deal, row = held(db, 10_001, 19_999, 18_000, fee=745, by="creator")
    first, second, third = deal.milestones
    done = 0
    for piece, gets, borne in ((first, 8_846, 155), (second, 17_690, 310), (third, 15_920, 280)):
        before = len(sent(db))
        assert money.pay_out(db, deal, piece, done=eur(done)) == eur(gets)
        done += piece.amount_minor
        assert piece.stripe_fee_minor == borne
        assert piece.approved_at is not None
        assert abs(piece.approved_at - now()) < SOON
        assert booked(db, deal)[-1] == ("milestone_approved", f"milestone:{piece.id}:shared")
        who = deal.creator.person_id
        assert sent(db)[before:] == [("deal", deal.id, piece.number, who, gets, row.id)]
    assert deal.stripe_fee_minor == 745
    assert balances(db, deal, row) == {"payable": 42_456, "platform_fee": 4_799}
    assert [money.cause(deal, part) for part in range(3)] == [
        f"deal:{deal.id}",
        f"milestone:{first.id}",
        f"milestone:{second.id}",
    ]


def test_a_deal_given_back_returns_all_that_is_left_of_it(db: Session) -> None:
    deal, row = held(db)
    admin = builders.admin(db)
    money.give_back(db, deal, by=admin, note="ill")
    assert (deal.status, deal.due_at) == (DealStatus.REFUNDING, None)
    said = only(db, "give_back")
    assert (said.actor_id, said.note) == (admin.id, "ill")
    assert booked(db, deal) == [("deal_given_back", f"deal:{deal.id}:shared")]
    assert balances(db, deal, row) == {"refund": 48_000}
    assert (sent(db), back(db)) == ([], [("deal", deal.id, 48_000, row.id)])


def test_nothing_need_be_said_when_a_deal_is_given_back(db: Session) -> None:
    deal, _row = held(db)
    money.give_back(db, deal, by=None)
    assert (only(db, "give_back").actor_id, only(db, "give_back").note) == (None, "")


def test_of_a_deal_that_was_paid_in_part_only_the_rest_goes_back(db: Session) -> None:
    deal, row = held(db, 10_000, 38_000)
    money.pay_out(db, deal, deal.milestones[0], done=eur(0))
    deal.passed_minor = 10_000
    money.give_back(db, deal, by=None)
    assert back(db) == [("deal", deal.id, 38_000, row.id)]
    assert balances(db, deal, row) == {"payable": 9_000, "platform_fee": 1_000, "refund": 38_000}


@pytest.mark.parametrize(
    ("to_creator", "fee_bps", "back_too"), [(1, 0, 0), (1, 5_000, 0), (0, 1_000, 700)]
)
def test_a_surcharge_goes_back_only_where_nobody_is_paid_anything(
    db: Session, to_creator: int, fee_bps: int, back_too: int
) -> None:
    deal, row = held(db, status=DealStatus.DISPUTED, surcharge=700)
    deal.fee_bps = fee_bps
    assert balances(db, deal, row)["surcharge"] == 700
    money.rule(db, deal, to_creator=eur(to_creator), by=None)
    assert "surcharge" not in balances(db, deal, row)
    assert ledger.balance(db, ledger.SURCHARGE_KEPT, None, "eur") == eur(700 - back_too)
    assert back(db) == [("deal", deal.id, 48_000 - to_creator + back_too, row.id)]
    assert balances(db, deal, row)["refund"] == 48_000 - to_creator + back_too


def test_a_surcharge_is_kept_with_the_first_milestone(db: Session) -> None:
    deal, row = held(db, 10_000, 38_000, surcharge=700)
    money.pay_out(db, deal, deal.milestones[0], done=eur(0))
    assert ledger.balance(db, ledger.SURCHARGE_KEPT, None, "eur") == eur(700)
    deal.passed_minor = 10_000
    money.give_back(db, deal, by=None)
    assert back(db) == [("deal", deal.id, 38_000, row.id)]


def test_a_payment_after_the_end_brings_its_surcharge_back(db: Session) -> None:
    deal, row = held(db, status=DealStatus.CANCELLED, surcharge=700)
    money.give_back_stray(db, deal, row)
    assert back(db) == [("deal", deal.id, 48_700, row.id)]
    assert balances(db, deal, row) == {"refund": 48_700}


def test_a_payment_after_the_end_is_noted_and_goes_back(db: Session) -> None:
    deal, row = held(db, status=DealStatus.CANCELLED)
    money.give_back_stray(db, deal, row)
    said = only(db, "stray_payment")
    assert (said.subject_id, said.actor_id) == (deal.id, None)
    assert booked(db, deal) == [("deal_stray_payment", f"deal:{deal.id}:shared")]
    assert (sent(db), back(db)) == ([], [("deal", deal.id, 48_000, row.id)])
    assert balances(db, deal, row) == {"refund": 48_000}


@pytest.mark.parametrize(
    ("to_creator", "gets", "fee", "goes_back"),
    [(30_000, 27_000, 3_000, 18_000), (0, 0, 0, 48_000), (48_000, 43_200, 4_800, 0)],
)
def test_a_ruling_divides_what_is_held(
    db: Session, to_creator: int, gets: int, fee: int, goes_back: int
) -> None:
    deal, row = held(db, status=DealStatus.DISPUTED, fee=745)
    admin = builders.admin(db)
    money.rule(db, deal, to_creator=eur(to_creator), by=admin)
    assert (deal.status, deal.due_at, deal.stripe_fee_minor) == (DealStatus.SETTLING, None, 0)
    said = only(db, "rule")
    assert said.actor_id == admin.id
    assert said.data == {"to_creator_minor": to_creator, "to_brand_minor": goes_back}
    assert booked(db, deal) == [("deal_ruled", f"deal:{deal.id}:shared")]
    parts = {"payable": gets, "refund": goes_back, "platform_fee": fee, "stripe_fees": 745}
    assert balances(db, deal, row) == {kind: minor for kind, minor in parts.items() if minor}
    assert [one[4] for one in sent(db)] == [gets] * (gets > 0)
    assert [one[2] for one in back(db)] == [goes_back] * (goes_back > 0)


@pytest.mark.parametrize(("to_creator", "borne"), [(30_000, 590), (100, 90), (0, 0)])
def test_a_ruling_on_the_rest_bears_the_rest_of_stripes_fee(
    db: Session, to_creator: int, borne: int
) -> None:
    deal, row = held(db, 10_000, 38_000, fee=745, by="creator")
    assert money.pay_out(db, deal, deal.milestones[0], done=eur(0)) == eur(9_000 - 155)
    deal.passed_minor, deal.status = 10_000, DealStatus.DISPUTED
    money.rule(db, deal, to_creator=eur(to_creator), by=None)
    assert deal.stripe_fee_minor == 155 + borne
    gets = to_creator - to_creator // 10 - borne
    assert balances(db, deal, row)["payable"] == 9_000 - 155 + gets
    assert back(db) == [("deal", deal.id, 38_000 - to_creator, row.id)]


def test_nothing_is_ruled_while_a_bank_decides(db: Session) -> None:
    deal, _row = held(db, status=DealStatus.DISPUTED)
    db.execute(text("UPDATE deals SET frozen_at = now()"))
    # What the page read before is no more: the row is locked and read afresh.
    assert deal.frozen_at is None
    with pytest.raises(Refused, match="bank disputes"):
        money.rule(db, deal, to_creator=eur(1), by=None)
    assert deal.status == DealStatus.DISPUTED


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        (DealStatus.APPROVED, DealStatus.RELEASED),
        (DealStatus.REFUNDING, DealStatus.REFUNDED),
        (DealStatus.SETTLING, DealStatus.SETTLED),
        (DealStatus.FUNDED, DealStatus.FUNDED),
    ],
)
def test_a_deal_ends_once_all_of_it_has_arrived(
    db: Session, status: DealStatus, ends: DealStatus
) -> None:
    deal, row = held(db, status=status)
    transfer, refund = both(db, deal, row)
    for first, second in ((transfer, refund), (refund, transfer)):
        deal.status, deal.ended_at, deal.released_at = status, None, None
        db.flush()
        arrive(first, is_there=True)
        arrive(second, is_there=False)
        told(db, first)
        assert (deal.status, deal.ended_at) == (status, None)
        arrive(second, is_there=True)
        with locked(db) as tables:
            told(db, second)
        assert tables[0] == "deals"
        assert deal.status == ends
        for at, is_set in ((deal.ended_at, ends != status), (deal.released_at, ends == "released")):
            assert (at is not None) is is_set
            assert at is None or abs(at - now()) < SOON
    assert {one.actor_id for one in db.scalars(select(Event))} <= {None}


def both(db: Session, deal: Deal, row: Checkout) -> tuple[Transfer, Refund]:
    of = {"purpose": "deal", "subject_id": deal.id, "checkout_id": row.id, "currency": "eur"}
    transfer = Transfer(payee_id=deal.creator.person_id, amount_minor=500, **of)
    refund = Refund(amount_minor=70, **of)
    db.add_all((transfer, refund))
    db.flush()
    return transfer, refund


def arrive(one: Transfer | Refund, *, is_there: bool) -> None:
    """Whether it has gone through."""
    there = "sent" if isinstance(one, Transfer) else "succeeded"
    one.status, one.stripe_id = (there, f"x_{one.id}") if is_there else ("waiting", None)  # type: ignore[assignment]


def told(db: Session, one: Transfer | Refund) -> None:
    if isinstance(one, Transfer):
        money.on_transfer_sent(db, one)
    else:
        money.on_refund_succeeded(db, one)


def test_a_deal_is_locked_before_it_is_looked_whether_it_is_over(db: Session) -> None:
    deal, row = held(db, status=DealStatus.APPROVED)
    for one in both(db, deal, row):
        with locked(db) as tables:
            told(db, one)
        assert tables == ["deals"]


@pytest.mark.parametrize("part", [0, 2])
def test_who_gets_money_is_told_which_and_for_what(db: Session, part: int) -> None:
    deal, row = held(db, 10_000, 38_000, status=DealStatus.APPROVED)
    transfer, refund = both(db, deal, row)
    transfer.part = part
    title = "Three reels for spring boots" + ": Piece 2" * (part == 2)
    said = {"who": "Fjällhem", "title": title, "amount": {"minor": 500, "currency": "eur"}}
    money.on_transfer_sent(db, transfer)
    money.on_transfer_blocked(db, transfer)
    path, creator = f"/deals/{deal.id}", deal.creator.person
    assert notices(db) == [
        (creator, "money_sent", path, said),
        (creator, "money_waits_for_account", "/payouts", said),
    ]
    db.execute(text("DELETE FROM notices"))
    money.on_refund_succeeded(db, refund)
    said |= {"title": deal.title, "amount": {"minor": 70, "currency": "eur"}}
    assert notices(db) == [(deal.brand.person, "money_refunded", path, said)]


def test_only_what_is_its_own_keeps_a_deal_from_its_end(db: Session) -> None:
    deal, row = held(db, status=DealStatus.APPROVED)
    transfer, refund = both(db, deal, row)
    for one, ends in ((transfer, Transfer.ENDS), (refund, Refund.OVER)):
        arrive(transfer, is_there=True)
        arrive(refund, is_there=True)
        assert money.is_under_way(db, deal) is False
        arrive(one, is_there=False)
        assert money.is_under_way(db, deal) is True
        for name, other in (("purpose", "order"), ("subject_id", uuid.uuid4())):
            own = getattr(one, name)
            setattr(one, name, other)
            assert money.is_under_way(db, deal) is False
            setattr(one, name, own)
        assert one.status not in ends


def test_a_part_of_the_money_is_an_amount(db: Session) -> None:
    assert money.Parts.back(Money(5, "sek")) == (*[Money(0, "sek")] * 3, Money(5, "sek"))
