"""What goes back after a deal was divided: whose part it is, how much is left, and when it ends."""

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.deals.service import chargebacks, late, money
from marketplace.kit.clock import now
from marketplace.payments import ledger, postings
from models import Chargeback, Checkout, Deal, DealStatus, Refund, Refused, Transfer
from tests import builders
from tests.marketplace.deals.test_dividing import SOON, back, balances, booked, held, only
from tests.marketplace.payments.paid import eur


def paid_out(db: Session, *pieces: int) -> tuple[Deal, Checkout]:
    """Approved and sent, whole or piece by piece."""
    deal, row = held(db, *pieces, status=DealStatus.RELEASED)
    done = 0
    for piece in deal.milestones or [None]:
        money.pay_out(db, deal, piece, done=eur(done))
        done += piece.amount_minor if piece else 0
    for one in db.query(Transfer):
        one.status, one.stripe_id = "sent", f"tr_{one.id}"  # type: ignore[assignment]
        db.flush()
        postings.sent(db, one)
    return deal, row


def disputed(db: Session, row: Checkout, minor: int, status: str = "lost") -> Chargeback:
    made = Chargeback(checkout=row, stripe_id=f"dp_{uuid.uuid4()}", currency="eur")
    made.amount_minor, made.status = minor, status  # type: ignore[assignment]
    made.decided_at = None if status in ("open", "inquiry") else now()
    return builders.add(db, made)  # type: ignore[no-any-return]


def refund(db: Session, row: Checkout, minor: int, status: str) -> None:
    made = Refund(purpose="deal", subject_id=row.subject_id, checkout_id=row.id, currency="eur")
    made.amount_minor, made.status = minor, status  # type: ignore[assignment]
    made.stripe_id = f"re_{uuid.uuid4()}"
    builders.add(db, made)


def gone(db: Session, deal: Deal, kind: str, **accounts: int) -> None:
    """Taken back before, from these accounts."""
    names = {"payable": ledger.PAYABLE, "owed": ledger.OWED, "fee": ledger.PLATFORM_FEE}
    names |= {"escrow": ledger.ESCROW}
    owners = {"payable": deal.creator.person_id, "owed": deal.creator.person_id, "escrow": deal.id}
    lines = [
        ledger.debit(names[name], eur(minor), owners.get(name)) for name, minor in accounts.items()
    ]
    lines.append(ledger.credit(ledger.STRIPE, eur(sum(accounts.values()))))
    cause = f"gone:{uuid.uuid4()}"
    ledger.post(db, cause, kind, lines, about=("deal", deal.id), source="test")


def test_payments_see_a_deal_by_its_title_its_pages_and_its_people(db: Session) -> None:
    deal, _row = held(db)
    of, path = chargebacks.subject(db, deal.id), f"/deals/{deal.id}"
    assert (of.thing, of.purpose, of.title, of.path) == (deal, "deal", deal.title, path)
    assert of.sides == [(deal.creator.person, path), (deal.brand.person, path)]


@pytest.mark.parametrize(
    ("amount", "theirs", "ours", "nobodys"),
    [(48_000, 43_200, 4_800, 0), (10, 9, 1, 0), (50_000, 43_200, 4_800, 2_000), (0, 0, 0, 0)],
)
def test_each_gives_back_by_what_each_was_given(
    db: Session, amount: int, theirs: int, ours: int, nobodys: int
) -> None:
    deal, _row = paid_out(db)
    burden = chargebacks.burden(db, deal, eur(amount))
    people = [(deal.creator.person, eur(theirs))] if amount else []
    assert (burden.people, burden.fee, burden.rest) == (people, eur(ours), eur(nobodys))


def test_every_milestone_counts(db: Session) -> None:
    deal, _row = paid_out(db, 10_000, 20_000, 18_000)
    burden = chargebacks.burden(db, deal, eur(48_000))
    assert (burden.people, burden.fee) == ([(deal.creator.person, eur(43_200))], eur(4_800))


@pytest.mark.parametrize("kind", ["chargeback_lost", "taken_back"])
def test_what_was_taken_before_is_counted_from_the_sum(db: Session, kind: str) -> None:
    deal, _row = paid_out(db)
    gone(db, deal, kind, owed=4, fee=1)
    gone(db, deal, "something_else", owed=700, fee=70)
    burden = chargebacks.burden(db, deal, eur(47_999))
    assert burden.people == [(deal.creator.person, eur(43_196))]
    assert (burden.fee, burden.rest) == (eur(4_799), eur(4))
    assert chargebacks.fees_left(db, deal) == {0: eur(4_799)}
    gone(db, deal, kind, owed=43_196, fee=4_799)
    burden = chargebacks.burden(db, deal, eur(5))
    assert (burden.people, burden.fee, burden.rest) == ([], eur(0), eur(5))


@pytest.mark.parametrize(
    ("theirs_before", "ours_before", "theirs", "ours"),
    [
        (900, 100, 900, 100),
        (0, 2_000, 1_000, 0),  # we gave more than our part: now they give all of it
        (0, 4_800, 1_000, 0),  # we have nothing left
        (43_100, 0, 0, 1_000),  # they gave far more than their part
        (43_100, 4_000, 100, 800),  # no more is left of it than this
    ],
)
def test_what_each_gives_makes_up_for_what_each_gave_before(
    db: Session, theirs_before: int, ours_before: int, theirs: int, ours: int
) -> None:
    deal, _row = paid_out(db)
    before = {"owed": theirs_before, "fee": ours_before}
    gone(db, deal, "taken_back", **{name: minor for name, minor in before.items() if minor})
    burden = chargebacks.burden(db, deal, eur(1_000))
    assert burden.people == [(deal.creator.person, eur(theirs))]
    assert (burden.fee, burden.rest) == (eur(ours), eur(1_000 - theirs - ours))


def test_of_a_deal_that_nobody_was_paid_for_nobody_has_a_part(db: Session) -> None:
    deal, _row = held(db)
    burden = chargebacks.burden(db, deal, eur(5))
    assert (burden.people, burden.fee, burden.rest) == ([], eur(0), eur(5))
    money.give_back(db, deal, by=None)
    assert chargebacks.burden(db, deal, eur(5)).people == []


def test_of_what_was_never_claimed_nobody_has_a_part(db: Session) -> None:
    deal, _row = paid_out(db)
    assert chargebacks.burden(db, deal, eur(5)).people != []
    none_of_it(db, deal, 0)
    burden = chargebacks.burden(db, deal, eur(5))
    assert (burden.people, burden.fee, burden.rest) == ([], eur(0), eur(5))


def none_of_it(db: Session, deal: Deal, part: int) -> None:
    """As though nobody had claimed this part."""
    transfer = db.query(Transfer).filter_by(subject_id=deal.id, part=part).one()
    fee = chargebacks.fees_left(db, deal)[part]
    nothing, theirs = eur(0), deal.creator.person_id
    unsent = [ledger.debit(ledger.STRIPE, transfer.amount)]
    unsent.append(ledger.credit(ledger.PAYABLE, transfer.amount, theirs))
    ledger.post(db, "unsent", "unsent", unsent, about=("deal", deal.id), source="test")
    postings.unclaimed(db, transfer, fee=fee, stripe_fee=nothing, surcharge=nothing)
    transfer.status, transfer.stripe_id = "cancelled", None  # type: ignore[assignment]
    db.flush()


def test_of_milestones_that_were_claimed_each_has_a_part_though_another_was_not(
    db: Session,
) -> None:
    deal, _row = paid_out(db, 10_000, 20_000, 18_000)
    none_of_it(db, deal, 3)
    burden = chargebacks.burden(db, deal, eur(48_000))
    assert burden.people == [(deal.creator.person, eur(27_000))]
    assert (burden.fee, burden.rest) == (eur(3_000), eur(18_000))


def test_what_nobody_claimed_of_another_deal_takes_no_fee_from_this_one(db: Session) -> None:
    deal, _row = paid_out(db)
    other, _others = paid_out(db)
    none_of_it(db, other, 0)
    assert chargebacks.fees_left(db, deal) == {0: eur(4_800)}
    assert chargebacks.fees_left(db, other) == {0: eur(0)}


def test_fees_that_went_back_are_those_of_the_last_milestones(db: Session) -> None:
    deal, _row = paid_out(db, 10_000, 20_000, 18_000)
    gone(db, deal, "chargeback_lost", owed=18_000, fee=2_000)
    assert chargebacks.fees_left(db, deal) == {0: eur(0), 1: eur(1_000), 2: eur(1_800), 3: eur(0)}
    none_of_it(db, deal, 2)
    assert chargebacks.fees_left(db, deal) == {0: eur(0), 1: eur(1_000), 2: eur(0), 3: eur(0)}
    gone(db, deal, "chargeback_lost", fee=400)
    assert chargebacks.fees_left(db, deal) == {0: eur(0), 1: eur(600), 2: eur(0), 3: eur(0)}


def test_what_is_held_pays_first_then_a_refund_and_then_who_was_paid(db: Session) -> None:
    deal, row = held(db, 20_000, 28_000)
    money.pay_out(db, deal, deal.milestones[0], done=eur(0))
    refund(db, row, 500, "waiting")
    gone(db, deal, "test", escrow=27_000)
    bear = chargebacks.subject(db, deal.id).bear
    small = bear(disputed(db, row, 400))
    assert (small.escrow, small.refund, small.payable) == (eur(400), eur(0), [])
    bearers = bear(disputed(db, row, 1_600))
    assert (bearers.escrow, bearers.refund) == (eur(1_000), eur(500))
    assert bearers.payable == [(deal.creator.person_id, eur(90))]
    assert bearers.owed == [(deal.creator.person_id, eur(0))]
    assert (bearers.platform_fee, bearers.ours) == (eur(10), eur(0))


def end(db: Session, deal: Deal, row: Checkout) -> None:
    chargebacks.subject(db, deal.id).end(row)
    db.flush()


@pytest.mark.parametrize("on_its_way", [False, True])
@pytest.mark.parametrize("status", [DealStatus.FUNDED, DealStatus.DISPUTED])
def test_what_is_left_of_a_deal_that_a_bank_ended_goes_back(
    db: Session, status: DealStatus, on_its_way: bool
) -> None:
    deal, row = held(db, status=status)
    end(db, deal, row)
    assert deal.status == status
    gone(db, deal, "chargeback_lost", escrow=47_000)
    if on_its_way:
        refund(db, row, 5, "pending")
    end(db, deal, row)
    ends = DealStatus.REFUNDING if on_its_way else DealStatus.REFUNDED
    assert (deal.status, deal.due_at) == (ends, None)
    assert (deal.ended_at is None) is on_its_way
    assert on_its_way or (deal.ended_at and abs(deal.ended_at - now()) < SOON)
    assert only(db, "break_off" if on_its_way else "charge_back").actor_id is None
    assert booked(db, deal)[-1] == ("deal_given_back", f"deal:{deal.id}:shared")
    assert balances(db, deal, row)["refund"] == 1_000
    assert "escrow" not in balances(db, deal, row)
    assert ("deal", deal.id, 1_000, row.id) in back(db)


def test_where_nothing_is_left_nothing_goes_back(db: Session) -> None:
    deal, row = held(db)
    gone(db, deal, "chargeback_lost", escrow=48_000)
    end(db, deal, row)
    assert (deal.status, back(db)) == (DealStatus.REFUNDED, [])
    assert "deal_given_back" not in dict(booked(db, deal))


def test_a_deal_that_has_ended_by_itself_stays_so(db: Session) -> None:
    deal, row = paid_out(db)
    gone(db, deal, "chargeback_lost", owed=100)
    end(db, deal, row)
    assert (deal.status, back(db)) == (DealStatus.RELEASED, [])


def test_what_was_decided_waits_for_what_is_on_its_way(db: Session) -> None:
    deal, row = held(db, status=DealStatus.REFUNDING)
    gone(db, deal, "chargeback_lost", escrow=48_000)
    refund(db, row, 5, "pending")
    end(db, deal, row)
    assert deal.status == DealStatus.REFUNDING
    db.execute(text("UPDATE refunds SET status = 'succeeded'"))
    end(db, deal, row)
    assert deal.status == DealStatus.REFUNDED


@pytest.mark.parametrize("status", DealStatus)
def test_money_goes_back_late_only_after_it_was_sent(db: Session, status: DealStatus) -> None:
    deal, _row = held(db)
    with db.no_autoflush:
        deal.status = status
        most = 48_000 if status in ("released", "settled") else 0
        assert late.most(db, deal) == eur(most)


@pytest.mark.parametrize(
    ("status", "most"),
    [
        *((status, 47_930) for status in ("waiting", "succeeded", "failed", "by_hand")),
        *((status, 48_000) for status in ("replaced", "cancelled")),
    ],
)
def test_what_went_back_once_does_not_go_back_again(db: Session, status: str, most: int) -> None:
    deal, row = paid_out(db)
    refund(db, row, 70, status)
    assert late.most(db, deal) == eur(most)


@pytest.mark.parametrize(
    ("status", "minor", "most"),
    [
        *((status, 70, 48_000) for status in ("inquiry", "open", "won", "closed")),
        *(("lost", 70, 47_930), ("lost", 48_000, 0), ("lost", 48_001, 0)),
    ],
)
def test_what_a_bank_kept_does_not_go_back_again(
    db: Session, status: str, minor: int, most: int
) -> None:
    deal, row = paid_out(db)
    disputed(db, row, minor, status)
    assert late.most(db, deal) == eur(most)


def test_only_its_own_payment_counts(db: Session) -> None:
    deal, _row = paid_out(db)
    _other, others = held(db)
    refund(db, others, 70, "succeeded")
    disputed(db, others, 90)
    assert late.most(db, deal) == eur(48_000)


def test_money_given_back_late_is_taken_from_each_with_a_reason(db: Session) -> None:
    deal, row = paid_out(db)
    admin = builders.admin(db)
    for minor in (0, 48_001):
        with pytest.raises(Refused, match="Less than that"):
            late.refund(db, deal, eur(minor), why="never shown", by=admin)
    made = late.refund(db, deal, eur(1_000), why="never shown", by=admin)
    assert (made.amount, made.checkout_id) == (eur(1_000), row.id)
    said = only(db, "refund_late")
    assert (said.actor_id, said.note) == (admin.id, "never shown")
    assert ledger.balance(db, ledger.OWED, deal.creator.person_id, "eur") == eur(900)
    assert balances(db, deal, row)["platform_fee"] == 4_700
    assert late.refund(db, deal, eur(47_000), why="all", by=admin).amount == eur(47_000)
    assert late.most(db, deal) == eur(0)


def test_nothing_goes_back_late_while_a_bank_decides(db: Session) -> None:
    deal, _row = paid_out(db)
    db.execute(text("UPDATE deals SET frozen_at = now()"))
    with pytest.raises(Refused, match="bank disputes"):
        late.refund(db, deal, eur(1), why="x", by=builders.admin(db))
    assert back(db) == []
