"""Statements by month, and the same as files: they add up, and hold nothing of anybody else."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.home import words
from marketplace.home.queries import statements
from marketplace.payments import ledger
from models.clock import now
from tests import builders
from tests.marketplace.payments.paid import matured_order, ruled_deal, send

THIS = now().date().replace(day=1)


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_opening_and_changes_make_the_closing(app: Any, db: Session) -> None:
    deal, *_ = ruled_deal(db)
    order, _paid = matured_order(db)
    for person in (deal.creator.person, deal.brand.person, order.brand.person):
        for section in statements.month(db, THIS, for_=person, currency="eur"):
            found = section.statement
            assert not found.opening
            total = sum(one.amount.minor for one in found.changes)
            assert total == found.closing.minor
            # Of a line too: gross less what others had of it is the change.
            for line in section.lines:
                assert line.gross - line.fee - line.others == line.change.amount


def test_the_closing_is_what_the_ledger_holds(app: Any, db: Session) -> None:
    order, _paid = matured_order(db)
    person = order.brand.person
    (section,) = [
        one
        for one in statements.month(db, THIS, for_=person, currency="eur")
        if one.statement.account == ledger.PAYABLE
    ]
    assert section.statement.closing == ledger.balance(db, ledger.PAYABLE, person.id, "eur")
    (line,) = section.lines
    assert (line.gross.minor, line.fee.minor, line.others.minor) == (13_410, 810, 1_800)
    assert line.change.amount.minor == 10_800


def test_what_was_before_the_month_is_its_opening(app: Any, db: Session) -> None:
    order, _paid = matured_order(db)
    later = statements.statements.next_month(THIS)
    found = statements.month(db, later, for_=order.brand.person, currency="eur")
    assert [(one.statement.opening.minor, one.lines) for one in found] == [(10_800, [])]


@pytest.mark.parametrize("month", [1, 11, 12])
def test_the_month_after(month: int) -> None:
    after = statements.statements.next_month(datetime(2026, month, 1, tzinfo=UTC).date())
    assert (after.year, after.month) == ((2027, 1) if month == 12 else (2026, month + 1))


def test_the_pages_are_there_for_a_creator_and_a_brand(client: Any, db: Session) -> None:
    deal, transfer, _refund = ruled_deal(db)
    db.commit()
    for person in (deal.creator.person, deal.brand.person):
        client.sign_in(person)
        assert f"/money/statements/{THIS:%Y-%m}" in client.get("/money/statements").text
        page = client.get(f"/money/statements/{THIS:%Y-%m}")
        assert page.status_code == 200
        assert deal.title in page.text
    assert transfer.stripe_id not in page.text
    assert "/money/statements" in client.get("/money").text


def test_a_statement_as_a_file_adds_up(client: Any, db: Session) -> None:
    deal, transfer, _refund = ruled_deal(db)
    db.commit()
    client.sign_in(deal.creator.person)
    rows = rows_of(client.get(f"/money/statements/{THIS:%Y-%m}.csv"))
    opening, *changes, closing = rows
    assert (opening["what"], closing["what"]) == ("Opening", "Closing")
    balance = Decimal(opening["balance"])
    for row in changes:
        balance += Decimal(row["change"])
        assert Decimal(row["balance"]) == balance
        parts = Decimal(row["gross"]) - Decimal(row["fee"]) - Decimal(row["to others"])
        assert parts == Decimal(row["change"])
    assert Decimal(closing["balance"]) == balance == 0
    assert [row["change"] for row in changes] == ["172.80", "-172.80"]
    assert changes[1]["stripe id"] == transfer.stripe_id


def test_what_people_typed_is_no_formula_in_a_file(client: Any, db: Session) -> None:
    deal, *_ = ruled_deal(db, title='=HYPERLINK("https://example.org")')
    db.commit()
    client.sign_in(deal.creator.person)
    for path in (f"/money/statements/{THIS:%Y-%m}.csv", "/money/transfers.csv"):
        text = client.get(path).text
        assert "'=HYPERLINK" in text
        assert '"=HYPERLINK' not in text
        assert ",=HYPERLINK" not in text


def test_the_list_of_transfers_holds_each_of_mine_and_no_others(client: Any, db: Session) -> None:
    deal, transfer, _refund = ruled_deal(db)
    order, paid = matured_order(db)
    send(db, paid, order.brand.person_id, 10_800)
    db.commit()
    client.sign_in(deal.creator.person)
    (row,) = rows_of(client.get("/money/transfers.csv"))
    assert (row["amount"], row["currency"], row["state"]) == ("172.80", "EUR", "sent")
    assert (row["stripe id"], row["for"]) == (transfer.stripe_id, deal.title)


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "1999-01", "x", "2026-11-01"])
def test_a_month_that_is_none_is_nowhere(client: Any, db: Session, month: str) -> None:
    creator = builders.creator(db)
    db.commit()
    client.sign_in(creator.person)
    assert client.get(f"/money/statements/{month}").status_code == 404
    assert client.get(f"/money/statements/{month}.csv").status_code == 404


def test_a_month_without_money_says_so(client: Any, db: Session) -> None:
    creator = builders.creator(db)
    db.commit()
    client.sign_in(creator.person)
    assert "Nothing moved for you" in client.get("/money/statements/2026-01").text
    assert "No statement yet" in client.get("/money/statements").text


def test_every_account_on_a_statement_has_a_name() -> None:
    kinds = {ledger.ESCROW, ledger.PAYABLE, ledger.HELD, "A:owed"}
    assert set(words.SECTIONS) == kinds
