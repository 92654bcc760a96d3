"""Opening, answering, agreeing, ruling, and what the clock does."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from marketplace.disputes import service
from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger
from models import (
    DealStatus,
    Dispute,
    DisputeReason,
    DisputeStatus,
    Money,
    Notice,
    Person,
    Refund,
    Refused,
    Transfer,
)
from models.clock import set_shift
from tests import builders
from tests.marketplace.disputes.conftest import answered, disputed, funded


def kinds(db, person):
    db.flush()
    return set(db.scalars(select(Notice.kind).where(Notice.person_id == person.id)))


def rule(db, dispute, to_creator, by, **more):
    price = dispute.deal.price
    part = Money(to_creator, "eur")
    words = {"rules": ["D-3"], "why": "Half of it meets the terms."} | more
    service.rule(db, dispute, to_creator=part, to_brand=price - part, by=by, **words)


def test_opening_freezes_the_money_and_tells_the_other_side_and_the_admins(db):
    admin = builders.admin(db)
    deal = funded(db)
    dispute = disputed(db, deal)
    assert deal.status == DealStatus.DISPUTED
    assert dispute.due_at == deal.due_at
    assert "dispute_opened" in kinds(db, deal.creator.person)
    assert "dispute_for_admin" in kinds(db, admin)
    assert "dispute_opened" not in kinds(db, deal.brand.person)


@pytest.mark.parametrize("status", [DealStatus.ACCEPTED, DealStatus.RELEASED, DealStatus.SETTLING])
def test_a_deal_without_held_money_cannot_be_disputed(db, status):
    deal = builders.deal(db, status=status)
    with pytest.raises(Refused):
        disputed(db, deal)


def test_nobody_answers_their_own_dispute(db, dispute):
    with pytest.raises(Refused):
        service.answer(
            db, dispute, answer="Mine", asks=Money(0, "eur"), by=dispute.deal.brand.person
        )


def test_an_answer_starts_the_admins_clock(db, dispute):
    admin = builders.admin(db)
    answered(db, dispute)
    assert dispute.status == DisputeStatus.ANSWERED
    assert dispute.due_at > now() + timedelta(days=4.9)
    assert dispute.deal.due_at == dispute.due_at
    assert "dispute_to_rule" in kinds(db, admin)


def test_asking_for_the_same_settles_it_at_once(db, dispute):
    answered(db, dispute, asks=24_000)
    assert dispute.status == DisputeStatus.RULED
    assert dispute.ruled_by_id is None
    assert dispute.deal.status == DealStatus.SETTLING


def test_the_answering_side_may_take_what_is_asked(db, dispute):
    service.agree(db, dispute, by=dispute.deal.creator.person)
    assert dispute.to_creator == Money(24_000, "eur")
    assert dispute.to_brand == Money(24_000, "eur")
    assert "dispute_agreed" in kinds(db, dispute.deal.brand.person)


def test_the_opening_side_cannot_agree_before_there_is_an_answer(db, dispute):
    with pytest.raises(Refused):
        service.agree(db, dispute, by=dispute.deal.brand.person)


def test_the_opening_side_may_take_what_the_answer_asks(db, dispute):
    answered(db, dispute, asks=30_000)
    service.agree(db, dispute, by=dispute.deal.brand.person)
    assert dispute.to_creator == Money(30_000, "eur")


def test_an_admin_does_not_rule_while_the_other_side_has_time(db, dispute):
    with pytest.raises(Refused):
        rule(db, dispute, 0, builders.admin(db))


def test_parts_that_do_not_make_the_price_are_refused(db, dispute):
    answered(db, dispute)
    part = Money(1, "eur")
    with pytest.raises(Refused):
        service.rule(
            db,
            dispute,
            to_creator=part,
            to_brand=part,
            rules=["D-1"],
            why="x",
            by=builders.admin(db),
        )


def test_a_ruling_moves_the_money_and_tells_both_sides_why(db, dispute):
    answered(db, dispute)
    rule(db, dispute, 36_000, builders.admin(db))
    deal = dispute.deal
    assert deal.status == DealStatus.SETTLING
    transfer = db.scalars(select(Transfer)).one()
    refund = db.scalars(select(Refund)).one()
    assert (transfer.amount_minor, refund.amount_minor) == (32_400, 12_000)
    assert "dispute_ruled" in kinds(db, deal.brand.person) & kinds(db, deal.creator.person)


def test_a_ruled_dispute_cannot_be_ruled_answered_or_added_to(db, dispute):
    admin = builders.admin(db)
    answered(db, dispute)
    rule(db, dispute, 0, admin)
    for again in (
        lambda: rule(db, dispute, 10, admin),
        lambda: answered(db, dispute),
        lambda: service.agree(db, dispute, by=dispute.deal.brand.person),
        lambda: service.add_evidence(db, dispute, by=dispute.deal.brand.person, note="Late"),
    ):
        with pytest.raises(Refused):
            again()


def test_evidence_is_numbered_as_it_comes(db, dispute):
    brand, creator = dispute.deal.brand.person, dispute.deal.creator.person
    service.add_evidence(db, dispute, by=brand, note="One")
    service.add_evidence(db, dispute, by=creator, link="https://example.org/two")
    db.expire(dispute, ["evidence"])
    assert [one.number for one in dispute.evidence] == [1, 2]


def test_nobody_floods_a_dispute(db, dispute):
    brand = dispute.deal.brand.person
    for _ in range(service.MOST_EVIDENCE):
        service.add_evidence(db, dispute, by=brand, note="Again")
    with pytest.raises(Refused):
        service.add_evidence(db, dispute, by=brand, note="And again")


def test_silence_hands_the_dispute_to_an_admin(db, dispute):
    admin = builders.admin(db)
    dispute.created_at -= timedelta(days=4)
    dispute.due_at -= timedelta(days=4)
    assert service.tick(db) == 1
    assert dispute.status == DisputeStatus.OPEN
    assert service.may_rule(dispute)
    assert "dispute_to_rule" in kinds(db, admin)
    assert service.tick(db) == 0
    rule(db, dispute, 24_000, admin)
    assert dispute.status == DisputeStatus.RULED


def test_a_late_answer_is_read_but_wins_no_time(db, dispute):
    dispute.created_at -= timedelta(days=4)
    dispute.due_at -= timedelta(days=4)
    service.tick(db)
    due = dispute.due_at
    answered(db, dispute)
    assert dispute.due_at == due


def test_an_overdue_ruling_is_called_to_mind_once_a_day(db, dispute):
    admin = builders.admin(db)
    answered(db, dispute)
    dispute.due_at = now() - timedelta(hours=1)
    assert service.tick(db) == 1
    assert service.tick(db) == 0
    assert "dispute_overdue" in kinds(db, admin)
    set_shift(timedelta(days=1, hours=1))
    try:
        assert service.tick(db) == 1
    finally:
        set_shift(timedelta(0))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(price=st.integers(50, 5_000_000), share=st.integers(0, 1000), bps=st.integers(0, 5_000))
def test_every_split_adds_up_in_the_ledger(db, price, share, bps):
    fee = Money(price, "eur").share(bps)
    deal = funded(db, price_minor=price, fee_minor=fee.minor, fee_bps=bps)
    dispute = answered(db, disputed(db, deal, asks=0), asks=price)
    part = price * share // 1000
    rule(db, dispute, part, builders.admin(db))
    db.flush()
    journal = ledger.journals(db, about=("deal", deal.id), most=1)[0]
    by_kind = {line.account: line.amount.minor for line in journal.lines}
    assert sum(by_kind.values()) == 0
    assert by_kind["L:escrow"] == price
    assert -by_kind.get("L:refund", 0) == price - part
    assert -by_kind.get("L:payable", 0) - by_kind.get("I:platform_fee", 0) == part
    assert ledger.balance(db, ledger.ESCROW, deal.id, "eur") == Money(0, "eur")
    whole = db.scalar(text("SELECT coalesce(sum(amount), 0) FROM ledger.entry"))
    assert whole == 0


def test_of_two_admins_ruling_at_once_one_wins(app, db, dispute):
    answered(db, dispute)
    admins = [builders.admin(db).id, builders.admin(db).id]
    number = dispute.number
    db.commit()
    start, said = Barrier(2), []

    def decide(admin_id, part):
        with app.app_context():
            try:
                with unit_of_work() as own:
                    mine = own.scalars(select(Dispute).filter_by(number=number)).unique().one()
                    by = own.get_one(Person, admin_id)
                    start.wait()
                    rule(own, mine, part, by)
                said.append("ruled")
            except Refused as error:
                said.append(error.why)

    threads = [Thread(target=decide, args=pair) for pair in zip(admins, (0, 48_000), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["not_now", "ruled"]
    rows = db.scalar(text("SELECT count(*) FROM ledger.journal WHERE kind = 'deal_ruled'"))
    assert rows == 1


def test_every_reason_has_words():
    from marketplace.disputes.words import REASONS

    assert set(REASONS) == set(DisputeReason)
