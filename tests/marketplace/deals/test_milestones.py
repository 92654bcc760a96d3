"""A deal in milestones: each delivered, approved and paid alone, the rest decided as one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.books import verify
from marketplace.deals import queries as deals
from marketplace.deals import schemas, service
from marketplace.deals.service import Piece, holds, pieces
from marketplace.deals.words import milestones as words
from marketplace.deals.words import purse
from marketplace.home import queries as home
from marketplace.kit.clock import now, today
from marketplace.kit.db import unit_of_work
from marketplace.kit.i18n import day, money
from marketplace.payments import ledger
from models import Deal, DealStatus, Money, Refund, Refused, Transfer, terms_digest
from tests import builders
from tests.marketplace.deals.test_money import balance, do, eur, fund, onboard, state
from tests.stripe_world import StripeWorld, stripe_total

THREE = (("Script", 10_001, 10), ("First cut", 19_999, 20), ("Final cut", 18_000, 30))


def some(rows: tuple[tuple[str, int, int], ...] = THREE) -> list[Piece]:
    return [Piece(title, eur(minor), today() + timedelta(days=days)) for title, minor, days in rows]


def offered(db: Session, parts: list[Piece] | None = None) -> Deal:
    campaign = builders.campaign(db, builders.brand(db))
    parts = some() if parts is None else parts
    return service.offer(
        db,
        campaign,
        builders.creator(db),
        price=eur(48_000),
        deliver_by=today() + timedelta(days=30),
        milestones=parts,
        fee_bps=1_000,
        by=campaign.brand.person,
    )


def agreed(db: Session) -> Deal:
    deal = offered(db)
    service.accept(db, deal, by=deal.creator.person)
    return deal


@pytest.fixture
def deal(app: Flask, db: Session) -> Deal:
    made = agreed(db)
    db.commit()
    return made


def hand_in(app: Flask, deal: Deal) -> None:
    do(app, deal, "deliver", "creator", links=["https://example.org/piece"])


def passes(app: Flask) -> None:
    """Every check of the books, but those that look at what other tests left at Stripe."""
    with app.app_context(), unit_of_work() as db:
        results = [verify.check(db, name) for name in verify.CHECKS]
    assert [one for one in results if not one.passed] == []


def test_milestones_are_frozen_in_the_terms_and_their_parts_make_the_whole(db: Session) -> None:
    deal = agreed(db)
    assert [row["title"] for row in deal.terms["milestones"]] == [
        "Script",
        "First cut",
        "Final cut",
    ]
    assert deal.terms_hash == terms_digest(deal.terms)
    assert sum(one.amount_minor for one in deal.milestones) == deal.price_minor
    assert sum(one.fee_minor for one in deal.milestones) == deal.fee_minor
    assert deal.milestone is deal.milestones[0]


def test_a_deal_of_one_piece_has_no_milestones_and_says_nothing_of_them(db: Session) -> None:
    deal = offered(db, [])
    service.accept(db, deal, by=deal.creator.person)
    assert (deal.milestones, deal.milestone, deal.rest) == ([], None, deal.price)
    assert "milestones" not in deal.terms


def test_a_counter_offer_may_take_the_milestones_away(db: Session) -> None:
    deal = offered(db)
    service.counter(db, deal, price=eur(48_000), deliver_by=deal.deliver_by, by=deal.creator.person)
    assert "milestones" not in deal.offer.terms


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (THREE[:1], "two to six"),
        (tuple((f"P{n}", 6_857, n + 1) for n in range(7)), "two to six"),
        ((("A", 10_000, 10), ("B", 10_000, 30)), "make the price"),
        ((("A", 0, 10), ("B", 48_000, 30)), "amount of its own"),
        ((("A", 24_000, 30), ("B", 24_000, 30)), "after the one before"),
        ((("A", 24_000, 10), ("B", 24_000, 29)), "day of delivery"),
        ((("A", 24_000, 0), ("B", 24_000, 30)), "passed"),
    ],
)
def test_milestones_that_are_not_the_whole_deal_are_refused(
    db: Session, rows: tuple[tuple[str, int, int], ...], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        offered(db, some(rows))


@pytest.mark.parametrize(
    "spoil",
    ["amount_minor = amount_minor + 1", "fee_minor = fee_minor - 1", "number = number + 1"],
)
def test_the_database_refuses_milestones_that_are_not_the_deal(db: Session, spoil: str) -> None:
    from sqlalchemy import text

    deal = agreed(db)
    db.execute(
        text(f"UPDATE milestones SET {spoil} WHERE deal_id = :id AND number = 3"), {"id": deal.id}
    )
    with pytest.raises(DBAPIError):
        db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=2, max_size=6),
    bps=st.integers(0, 5_000),
    currency=st.sampled_from(["eur", "jpy", "isk", "kwd"]),
)
@settings(max_examples=300)
def test_the_fees_of_milestones_make_the_fee_of_the_whole(
    amounts: list[int], bps: int, currency: str
) -> None:
    from models.currency import grain

    done, fees = Money(0, currency), []
    for minor in amounts:
        part = Money(minor * grain(currency), currency)
        fees.append(pieces.fee_within(done, part, bps))
        assert 0 <= fees[-1].minor <= part.minor
        assert fees[-1].minor % grain(currency) == 0
        done += part
    assert sum(fee.minor for fee in fees) == done.share(bps).minor


def test_each_milestone_is_approved_and_paid_alone(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    before = stripe_total(app)
    onboard(app, stripe, deal.creator.person)
    fund(app, stripe, deal)
    held, sent = 48_000, []
    for place, (_title, minor, _days) in enumerate(THREE, 1):
        hand_in(app, deal)
        do(app, deal, "approve", "brand", read=str(place))
        held -= minor
        assert balance(app, ledger.ESCROW, deal.id) == held
        with app.app_context(), unit_of_work() as db:
            query = select(Transfer).filter_by(subject_id=deal.id).order_by(Transfer.part)
            sent = list(db.scalars(query))
            assert [one.part for one in sent] == list(range(1, place + 1))
            assert len({one.checkout_id for one in sent}) == 1
        assert state(app, deal) == (DealStatus.RELEASED if place == 3 else DealStatus.FUNDED)
        assert balance(app, ledger.STRIPE) == (stripe_total(app) - before).minor
        passes(app)
    assert sum(one.amount_minor for one in sent) == 48_000 - 4_800
    assert balance(app, ledger.PLATFORM_FEE) == 4_800


def test_a_brand_has_paid_a_milestone_this_month_once_it_is_sent(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    def paid() -> int:
        with app.app_context(), unit_of_work() as db:
            brand = db.get_one(Deal, deal.id).brand
            return home.spent(db, for_=brand, currency="eur").paid.minor

    fund(app, stripe, deal)
    hand_in(app, deal)
    do(app, deal, "approve", "brand")
    assert paid() == 0
    onboard(app, stripe, deal.creator.person)
    assert paid() == 10_001
    hand_in(app, deal)
    do(app, deal, "approve", "brand")
    assert paid() == 30_000
    hand_in(app, deal)
    do(app, deal, "dispute", "brand", answer_by=now())
    do(app, deal, "rule", "brand", to_creator=eur(18_000))
    assert paid() == 48_000


def test_nobody_approves_what_came_after_the_page_they_read(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    fund(app, stripe, deal)
    hand_in(app, deal)
    do(app, deal, "approve", "brand", read="1")
    with pytest.raises(Refused):
        do(app, deal, "approve", "brand", read="1")
    hand_in(app, deal)
    with pytest.raises(Refused, match="Something else"):
        do(app, deal, "approve", "brand", read="1")


def test_the_rounds_agreed_on_are_for_each_milestone(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    fund(app, stripe, deal)
    for _piece in range(2):
        hand_in(app, deal)
        do(app, deal, "ask_change", "brand", what="Louder.")
        hand_in(app, deal)
        with pytest.raises(Refused, match="used up"):
            do(app, deal, "ask_change", "brand", what="Louder still.")
        do(app, deal, "approve", "brand")


def test_who_waited_for_an_answer_has_as_many_days_to_be_late(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    fund(app, stripe, deal)
    hand_in(app, deal)
    do(app, deal, "approve", "brand")
    with app.app_context(), unit_of_work() as db:
        row = db.get_one(Deal, deal.id)
        assert row.due_at is not None
        assert row.next_day == today() + timedelta(days=20)
        assert row.due_at.date() >= row.next_day + timedelta(days=7)
        row.funded_at = now() - timedelta(days=9)
        assert not service.may_cancel(row, row.brand.person)


def test_silence_approves_a_milestone_and_the_next_begins(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    onboard(app, stripe, deal.creator.person)
    fund(app, stripe, deal)
    hand_in(app, deal)
    with app.app_context(), unit_of_work() as db:
        db.get_one(Deal, deal.id).due_at = now() - timedelta(minutes=1)
        db.flush()
        assert service.tick(db) == 1
    assert state(app, deal) == DealStatus.FUNDED
    assert balance(app, ledger.ESCROW, deal.id) == 48_000 - 10_001


def test_who_cancels_after_a_milestone_gives_back_what_is_still_held(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    onboard(app, stripe, deal.creator.person)
    fund(app, stripe, deal)
    hand_in(app, deal)
    do(app, deal, "approve", "brand")
    do(app, deal, "cancel", "creator")
    assert state(app, deal) == DealStatus.REFUNDED
    with app.app_context(), unit_of_work() as db:
        refund = db.scalars(select(Refund).filter_by(subject_id=deal.id)).one()
        assert refund.amount_minor == 48_000 - 10_001
        row = db.get_one(Deal, deal.id)
        with app.test_request_context():
            steps = words.steps(row)
            assert [one.state for one in steps] == ["Approved", "Refunded", "Refunded"]
            assert [one.note for one in steps[1:]] == [f"Went back on {day(now())}"] * 2
            assert not any(one.is_now for one in steps)
    passes(app)


@pytest.mark.parametrize("to_creator", [0, 1, 20_000, 37_999])
def test_a_ruling_divides_what_is_still_held(
    app: Flask, stripe: StripeWorld, deal: Deal, to_creator: int
) -> None:
    onboard(app, stripe, deal.creator.person)
    fund(app, stripe, deal)
    hand_in(app, deal)
    do(app, deal, "approve", "brand")
    do(app, deal, "dispute", "brand", answer_by=now())
    do(app, deal, "rule", "brand", to_creator=eur(to_creator))
    assert state(app, deal) == DealStatus.SETTLED
    assert balance(app, ledger.ESCROW, deal.id) == 0
    whole = eur(10_001 + to_creator)
    assert balance(app, ledger.PLATFORM_FEE) == whole.share(1_000).minor
    with app.app_context(), app.test_request_context(), unit_of_work() as db:
        row = db.get_one(Deal, deal.id)
        said = purse.sums(row, purse.parts(row, eur(to_creator)))
        assert words.steps(row)[2].note == f"Divided by the ruling, {day(now())}"
        received = money(whole - whole.share(1_000))
    # The page says of the whole deal what its receipt says.
    assert (said[0][1], said[-1][1]) == ("€480.00", received)
    passes(app)


def test_a_milestone_whose_creator_has_no_account_waits_and_then_goes_back(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    fund(app, stripe, deal)
    hand_in(app, deal)
    do(app, deal, "approve", "brand")
    do(app, deal, "cancel", "creator")
    assert state(app, deal) == DealStatus.REFUNDING
    with app.app_context(), unit_of_work() as db:
        row = db.get_one(Deal, deal.id)
        row.hold_until = now() - timedelta(hours=1)
        db.flush()
        assert holds.tick(db) == 1
    do(app, deal, "say", "brand", body="Thank you.")
    assert state(app, deal) == DealStatus.REFUNDED
    assert balance(app, ledger.PLATFORM_FEE) == 0
    with app.app_context(), unit_of_work() as db:
        back = db.scalars(select(Refund.amount_minor).filter_by(subject_id=deal.id)).all()
        assert sum(back) == 48_000
        row = db.get_one(Deal, deal.id)
        with app.test_request_context():
            first = words.steps(row, deals.gone_back(db, row))[0]
    assert (first.state, first.note) == ("Went back", f"Approved on {day(now())}, and never sent")


def test_what_the_creator_bears_of_stripes_fee_is_borne_by_each_milestone(
    app: Flask, stripe: StripeWorld, db: Session
) -> None:
    made = offered(db)
    made.offer.terms = made.offer.terms | {"stripe_fee_by": "creator"}
    service.accept(db, made, by=made.creator.person)
    db.commit()
    onboard(app, stripe, made.creator.person)
    fund(app, stripe, made)
    for _piece in THREE:
        hand_in(app, made)
        do(app, made, "approve", "brand")
    with app.app_context(), unit_of_work() as again:
        row = again.get_one(Deal, made.id)
        assert row.stripe_fee_minor == sum(one.stripe_fee_minor for one in row.milestones) > 0
    assert balance(app, ledger.STRIPE_FEES) == 0
    passes(app)


def test_a_form_of_milestones_says_what_to_type(app: Flask) -> None:
    first, last = today() + timedelta(days=9), today() + timedelta(days=30)
    whole = {"price": "480", "deliver_by": last.isoformat()}
    row: Callable[..., dict[str, Any]] = lambda n, title, amount, day: {  # noqa: E731 short
        f"title_{n}": title, f"amount_{n}": amount, f"day_{n}": day and day.isoformat()
    }  # fmt: skip
    tries: list[tuple[dict[str, Any], str, str]] = [
        (row(1, "Script", "480", last), "title_2", "second milestone"),
        (row(1, "A", "80", first) | row(2, "", "400", last), "title_2", "what milestone 2 is"),
        (row(1, "A", "80", first) | row(2, "B", "300", last), "amount_2", "Add €100.00"),
        (row(1, "A", "80", first) | row(2, "B", "500", last), "amount_2", "Take off €100.00"),
        (row(1, "A", "80", last) | row(2, "B", "400", last), "day_2", "day after"),
        (row(1, "A", "80", first) | row(2, "B", "400", first), "day_2", "day after"),
    ]
    with app.test_request_context():
        schema = schemas.offer_in("eur", 50)
        for typed, name, says in tries:
            wrong = schema.validate({k: v for k, v in (whole | typed).items() if v})
            assert says in str(wrong[name]), wrong
        typed = row(2, "A", "80", first) | row(5, "B", "400", None)
        done = schema.load({k: v for k, v in (whole | typed).items() if v})
    assert done["milestones"] == [Piece("A", eur(8_000), first), Piece("B", eur(40_000), last)]


def test_a_purse_shows_what_is_held_and_what_has_gone(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    fund(app, stripe, deal)
    hand_in(app, deal)
    do(app, deal, "approve", "brand")
    with app.app_context(), app.test_request_context(), unit_of_work() as db:
        held = purse.stops(db.get_one(Deal, deal.id))[1]
    assert held["amount"] == eur(48_000 - 10_001)
    assert "€100.01" in held["note"]
