"""When a deal's money may be held no longer: who is warned, and where it goes."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from marketplace.deals.service import holds, money
from marketplace.payments import ledger
from models import Deal, DealStatus, Person, Refused, Transfer
from tests import builders
from tests.marketplace.deals.test_dividing import back, balances, held, notices, only
from tests.marketplace.payments.paid import eur

MIDNIGHT = datetime(2026, 5, 4, tzinfo=UTC)
DAY, HOUR, MOMENT = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def midnight(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is `MIDNIGHT` and stays it."""
    monkeypatch.setattr(holds, "now", lambda: MIDNIGHT)
    return MIDNIGHT


def overdue(db: Session, *pieces: int, by: timedelta = HOUR, **given: Any) -> Deal:
    """A deal whose money should have left some time ago."""
    deal, _row = held(db, *pieces, **given)
    deal.hold_until = MIDNIGHT - by
    db.flush()
    return deal


def blocked(db: Session, deal: Deal, *pieces: Any) -> list[Transfer]:
    """Approved, and the creator never said where to send it."""
    done = 0
    for piece in pieces or (None,):
        money.pay_out(db, deal, piece, done=eur(done))
        done += piece.amount_minor if piece else 0
    rows = list(db.scalars(select(Transfer).order_by(Transfer.part)))
    for row in rows:
        row.status = "blocked"  # type: ignore[assignment]
    db.flush()
    return rows


def told(db: Session) -> set[tuple[Person, str]]:
    return {(who, kind) for who, kind, _path, _data in notices(db)}


def amounts(db: Session) -> set[tuple[str, int, int | None]]:
    """What each notice says is held, and what waits to be sent."""
    return {
        (kind, data["amount"]["minor"], data.get("waits", {}).get("minor"))
        for _who, kind, _path, data in notices(db)
    }


def test_how_long_is_the_law_of_where_we_are(
    app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(app.extensions["config"], platform_country="TH")
    monkeypatch.setitem(app.extensions, "config", config)
    assert holds.until(MIDNIGHT) == MIDNIGHT + 7 * DAY


@pytest.mark.parametrize(("day", "fits"), [(date(2026, 7, 17), True), (date(2026, 7, 18), False)])
def test_work_that_ends_too_late_is_not_paid_ahead(db: Session, day: date, fits: bool) -> None:
    if fits:
        holds.fits(Deal(deliver_by=day))
        return
    with pytest.raises(Refused, match="for 87 days"):
        holds.fits(Deal(deliver_by=day))


@pytest.mark.parametrize(
    ("ahead", "warned", "again"),
    [
        (14 * DAY, None, False),
        (14 * DAY - MOMENT, None, True),
        (10 * DAY, None, True),
        (10 * DAY, HOUR, False),
        (2 * DAY, 5 * DAY, True),
    ],
)
def test_both_sides_and_admins_are_warned_ahead(
    db: Session, ahead: timedelta, warned: timedelta | None, again: bool
) -> None:
    deal, _row = held(db)
    admin = builders.admin(db)
    deal.hold_until, deal.hold_warned_at = MIDNIGHT + ahead, warned and MIDNIGHT - warned
    db.flush()
    assert holds.tick(db) == again
    about = {"title": deal.title, "amount": {"minor": 48_000, "currency": "eur"}}
    about["until"] = deal.hold_until.isoformat()
    brand, creator = deal.brand, deal.creator
    named = {creator.person: brand.name, brand.person: creator.name, admin: brand.name}
    found = {who: (kind, path, data) for who, kind, path, data in notices(db)}
    said = {
        person: ("hold_ends_soon", f"/deals/{deal.id}", about | {"who": name})
        for person, name in named.items()
    }
    assert found == (said if again else {})
    assert deal.status == "funded"
    if again:
        assert deal.hold_warned_at == MIDNIGHT
        assert only(db, "warn_hold").actor_id is None
    assert holds.tick(db) == 0


@pytest.mark.parametrize(
    ("status", "passed", "said"),
    [
        (DealStatus.FUNDED, 0, ("hold_ends_soon", 48_000, None)),
        (DealStatus.DELIVERED, 10_000, ("hold_and_unsent_end_soon", 38_000, 9_000)),
        (DealStatus.REFUNDING, 10_000, ("unsent_ends_soon", 9_000, None)),
    ],
)
def test_a_warning_tells_what_is_still_held_and_what_waits_to_be_sent(
    db: Session, status: DealStatus, passed: int, said: tuple[str, int, int | None]
) -> None:
    deal, _row = held(db, 10_000, 38_000, status=status)
    if passed:
        blocked(db, deal, deal.milestones[0])
        deal.passed_minor = passed
    deal.hold_until = MIDNIGHT + 2 * DAY
    builders.admin(db)
    assert holds.tick(db) == 1
    assert len(notices(db)) == 3
    assert amounts(db) == {said}


def test_what_was_sent_is_not_warned_of(db: Session) -> None:
    deal, _row = held(db, 10_000, 38_000)
    (sent,) = blocked(db, deal, deal.milestones[0])
    sent.status, sent.stripe_id = "sent", "tr_1"  # type: ignore[assignment]
    deal.passed_minor, deal.hold_until = 10_000, MIDNIGHT + 2 * DAY
    db.flush()
    assert holds.tick(db) == 1
    assert amounts(db) == {("hold_ends_soon", 38_000, None)}


def test_what_goes_back_is_what_is_still_held_and_what_nobody_claimed(db: Session) -> None:
    deal = overdue(db, 10_000, 38_000)
    blocked(db, deal, deal.milestones[0])
    deal.passed_minor = 10_000
    db.flush()
    assert holds.tick(db) == 1
    assert sorted(one[2] for one in back(db)) == [10_000, 38_000]
    assert amounts(db) == {("hold_ended", 48_000, None)}


@pytest.mark.parametrize(
    ("over", "warned", "due"),
    [
        (timedelta(0), None, True),
        (timedelta(0), HOUR, True),
        (timedelta(0), timedelta(0), False),
        (5 * DAY, 6 * DAY, True),
        (5 * DAY, 1.5 * DAY, True),
        (5 * DAY, HOUR, False),
        (HOUR, 2 * HOUR, True),
    ],
)
def test_admins_are_called_to_what_is_overdue_once_a_day(
    db: Session, over: timedelta, warned: timedelta | None, due: bool
) -> None:
    deal = overdue(db, status=DealStatus.DISPUTED, by=over)
    admin = builders.admin(db)
    deal.hold_warned_at = None if warned is None else MIDNIGHT - warned
    db.flush()
    assert holds.tick(db) == due
    assert told(db) == ({(admin, "hold_overdue")} if due else set())
    if due:
        ((_who, _kind, path, data),) = notices(db)
        amount = {"minor": 48_000, "currency": "eur"}
        about = {"who": deal.brand.name, "title": deal.title, "amount": amount}
        assert deal.hold_until is not None
        about["until"] = deal.hold_until.isoformat()
        assert (path, data) == (f"/deals/{deal.id}", about)
    assert (deal.status, back(db)) == ("disputed", [])


@pytest.mark.parametrize("status", [DealStatus.FUNDED, DealStatus.REVISING])
def test_what_nobody_has_earned_goes_back(db: Session, status: DealStatus) -> None:
    deal = overdue(db, status=status)
    builders.admin(db)
    assert holds.tick(db) == 1
    assert deal.status == "refunding"
    assert (only(db, "give_back").note, only(db, "give_back").actor_id) == ("hold", None)
    assert told(db) == {(deal.creator.person, "hold_ended"), (deal.brand.person, "hold_ended")}
    assert [one[2] for one in back(db)] == [48_000]


@pytest.mark.parametrize(("by", "surcharge"), [("", 0), ("creator", 0), ("brand", 700)])
def test_what_nobody_claimed_goes_back_with_the_fees(db: Session, by: str, surcharge: int) -> None:
    deal, row = held(db, status=DealStatus.APPROVED, fee=745, by=by, surcharge=surcharge)
    (transfer,) = blocked(db, deal)
    deal.hold_until = MIDNIGHT - HOUR
    db.flush()
    builders.admin(db)
    assert holds.tick(db) == 1
    assert (deal.status, transfer.status) == ("refunding", "cancelled")
    assert (only(db, "cancel").note, only(db, "cancel").actor_id) == ("hold", None)
    assert only(db, "unclaim").actor_id is None
    assert balances(db, deal, row) == {"refund": 48_000 + surcharge, "stripe_fees": 745}
    assert back(db) == [("deal", deal.id, 48_000 + surcharge, row.id)]
    assert told(db) == {(deal.creator.person, "hold_ended"), (deal.brand.person, "hold_ended")}


def test_where_an_answer_may_be_lost_only_admins_decide(db: Session) -> None:
    deal = overdue(db, status=DealStatus.APPROVED)
    admin = builders.admin(db)
    (transfer,) = blocked(db, deal)
    transfer.asked_at = MIDNIGHT
    db.flush()
    assert holds.tick(db) == 1
    assert (deal.status, transfer.status, back(db)) == ("approved", "blocked", [])
    assert told(db) == {(admin, "hold_overdue")}
    assert amounts(db) == {("hold_overdue", 43_200, None)}


def test_a_piece_nobody_claimed_goes_back_while_the_next_is_looked_at(db: Session) -> None:
    deal = overdue(db, 10_000, 38_000, status=DealStatus.DELIVERED)
    admin = builders.admin(db)
    blocked(db, deal, deal.milestones[0])
    deal.passed_minor = 10_000
    assert holds.tick(db) == 1
    assert deal.status == "delivered"
    assert [one[2] for one in back(db)] == [10_000]
    sides = {(deal.creator.person, "hold_ended"), (deal.brand.person, "hold_ended")}
    assert told(db) == {(admin, "hold_overdue")} | sides
    assert amounts(db) == {("hold_overdue", 38_000, None), ("hold_ended", 10_000, None)}


def test_a_fee_that_a_bank_took_back_is_not_given_back_again(db: Session) -> None:
    deal, row = held(db, 10_000, 38_000, status=DealStatus.APPROVED)
    first, second = blocked(db, deal, *deal.milestones)
    lines = [
        ledger.debit(ledger.PLATFORM_FEE, eur(1_100)),
        ledger.credit(ledger.STRIPE, eur(1_100)),
    ]
    ledger.post(db, "lost", "chargeback_lost", lines, about=("deal", deal.id), source="test")
    deal.hold_until = MIDNIGHT - HOUR
    db.flush()
    holds.tick(db)
    assert [one.status for one in (first, second)] == ["cancelled", "cancelled"]
    # It was our fee on the last piece.
    assert sorted(one[2] for one in back(db)) == [10_000, 36_900]
    assert balances(db, deal, row) == {"refund": 46_900}


@pytest.mark.parametrize("status", ["released", "accepted", "refunded"])
def test_what_is_over_is_held_no_more(db: Session, status: str) -> None:
    overdue(db, status=DealStatus(status))
    assert holds.tick(db) == 0


def test_money_that_waits_for_an_account_is_seen_whatever_else_the_deal_is_at(
    db: Session,
) -> None:
    deal = overdue(db, status=DealStatus.SETTLING)
    (transfer,) = blocked(db, deal)
    for name, other in (("purpose", "order"), ("status", "waiting"), ("subject_id", uuid.uuid4())):
        own = getattr(transfer, name)
        setattr(transfer, name, other)
        db.flush()
        assert holds.tick(db) == 0
        setattr(transfer, name, own)
    db.flush()
    assert holds.tick(db) == 1
    assert (deal.status, transfer.status) == ("settling", "cancelled")


def test_while_a_bank_decides_nothing_is_given_back(db: Session) -> None:
    deal = overdue(db)
    deal.frozen_at = MIDNIGHT
    db.flush()
    assert holds.tick(db) == 0


def test_what_others_have_at_hand_is_passed_over(db: Session) -> None:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(db.get_bind(), "before_cursor_execute", note)
    holds.tick(db)
    event.remove(db.get_bind(), "before_cursor_execute", note)
    assert said[-1].endswith("FOR UPDATE OF deals SKIP LOCKED")


def test_what_was_kept_back_meanwhile_does_not_go_back(db: Session) -> None:
    deal = overdue(db, status=DealStatus.APPROVED)
    (transfer,) = blocked(db, deal)
    db.execute(text("UPDATE transfers SET amount_minor = 43_100"))
    assert transfer.amount_minor == 43_200
    holds.tick(db)
    assert [one[2] for one in back(db)] == [47_900]


@pytest.mark.parametrize("purpose", ["deal", "order"])
def test_nobody_elses_money_goes_back_with_it_nor_what_was_sent(db: Session, purpose: str) -> None:
    deal = overdue(db, 10_000, 38_000, status=DealStatus.APPROVED)
    sent, waits = blocked(db, deal, *deal.milestones)
    sent.status, sent.stripe_id = "sent", "tr_1"  # type: ignore[assignment]
    other, row = held(db, status=DealStatus.APPROVED)
    money.pay_out(db, other, None, done=eur(0))
    theirs = db.scalars(select(Transfer).where(Transfer.checkout_id == row.id)).one()
    theirs.purpose, theirs.subject_id = purpose, other.id if purpose == "deal" else deal.id
    theirs.status = "blocked"  # type: ignore[assignment]
    db.flush()
    assert holds.tick(db) == 1
    assert [one.status for one in (sent, waits, theirs)] == ["sent", "cancelled", "blocked"]
