import csv
import io
from datetime import timedelta

import pytest

from marketplace.front import queries, words
from marketplace.payments import ledger
from models import DealStatus, Money
from models.clock import now
from tests import builders


def agreed(db, took=None, ago=10, **values):
    """An agreed deal; with `took` (hours) approved `ago` days ago and paid so much later."""
    made = builders.deal(db, status=DealStatus.RELEASED if took else DealStatus.FUNDED, **values)
    if took:
        made.approved_at = now() - timedelta(days=ago)
        made.released_at = made.approved_at + timedelta(hours=took)
    db.flush()
    return made


def hold(db, deal, minor):
    """Money of a brand, held for a deal."""
    amount = Money(minor, "eur")
    ledger.post(
        db,
        f"test:{deal.id}",
        "deal_funded",
        [
            ledger.debit(ledger.STRIPE, amount),
            ledger.credit(ledger.ESCROW, amount, deal.id),
        ],
        about=("deal", deal.id),
        source="test",
    )


def said(db):
    return {one["label"]: one for one in words.figures(queries.numbers(db, currency="eur"))}


def test_nothing_counted_is_too_few_to_say(app, db):
    with app.test_request_context():
        found = said(db)
    assert found["held for creators now"]["value"] == "€0"
    for label in ("paid on time", "from approval to paid", "with small creators"):
        assert found[label]["value"] == "Too few to say"
    assert found["paid on time"]["note"] == "0 of 0 payments in 90 days"


def test_what_is_held_is_what_the_ledger_says(app, db):
    for minor in (48_000, 52_000):
        hold(db, agreed(db), minor)
    agreed(db)
    with app.test_request_context():
        found = said(db)["held for creators now"]
    assert (found["value"], found["note"]) == ("€1,000", "for 2 deals under way")


def test_payments_are_on_time_within_two_days_of_the_approval(app, db):
    for took in (1, 2, 3, 47, 144):
        agreed(db, took)
    agreed(db, 100, ago=91)
    late = builders.deal(db, status=DealStatus.APPROVED)
    late.approved_at = now() - timedelta(days=3)
    fresh = builders.deal(db, status=DealStatus.APPROVED)
    fresh.approved_at = now() - timedelta(hours=3)
    db.flush()
    with app.test_request_context():
        found = said(db)
    assert found["paid on time"]["note"] == "4 of 6 payments in 90 days"
    assert found["paid on time"]["value"] == "67%"
    assert found["from approval to paid"]["value"] == "3 hours"
    assert found["from approval to paid"]["note"] == "half were faster; the slowest took 6 days"


def test_small_creators_are_under_ten_thousand_followers_on_all_platforms_together(app, db):
    for followers in ([], [9_999], [5_000, 4_999], [5_000, 5_000], [10_000], [80_000]):
        who = builders.creator(db)
        for number in followers:
            builders.account(db, who, followers=number)
        agreed(db, to=who)
    builders.deal(db)
    with app.test_request_context():
        found = said(db)["with small creators"]
    assert found["value"] == "50%"
    assert found["note"].startswith("3 of 6 deals")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 5, "0%"), (5, 5, "100%"), (999, 1000, "99.9%"), (1, 1000, "0.1%"), (4, 4, "Too few")],
)
def test_a_share_never_rounds_to_all_or_none(app, part, whole, text):
    with app.test_request_context():
        assert words._share(part, whole).startswith(text)


def test_the_rows_count_up_to_the_numbers_and_name_nobody(client, db):
    hold(db, agreed(db), 48_000)
    agreed(db, 5)
    builders.deal(db)
    db.commit()
    answer = client.get("/numbers.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 2
    assert sum(int(row["held_minor"]) for row in rows) == 48_000
    assert [row["small_creator"] for row in rows] == ["yes", "yes"]
    assert "Ida" not in answer.text
    assert "Fjällhem" not in answer.text
