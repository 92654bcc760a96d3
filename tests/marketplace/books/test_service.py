"""Runs happen once a night, are kept, and tell whoever runs the place."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.admin import words
from marketplace.books import service
from marketplace.books import words as book_words
from marketplace.books.reconcile import things
from marketplace.books.results import Result, Thing, amount, plain, result
from marketplace.books.results import thing as thing_of
from marketplace.books.verify import CHECKS
from marketplace.kit.clock import now
from models import CheckKind, LedgerCheck, Notice
from tests import builders
from tests.stripe_world import StripeWorld, job_names, run_jobs

BAD = Result("Every journal adds up to zero", False, "1 of 9 journals", [Thing("journal:3", "/x")])
GOOD = Result("No account is below zero", True, "4 accounts")


def test_both_runs_are_due_once_a_night(app: Flask, db: Session) -> None:
    assert service.tick(db) == 2
    db.commit()
    assert job_names(app) == ["check_books", "check_books"]
    for kind in CheckKind:
        service.keep(db, kind, [GOOD])
    assert service.tick(db) == 0
    for row in db.scalars(select(LedgerCheck)):
        row.created_at = now() - timedelta(days=1, hours=1)
    db.flush()
    assert service.tick(db) == 2


def test_a_run_asked_for_twice_waits_once(app: Flask, db: Session) -> None:
    service.ask_for(db, CheckKind.RECONCILE)
    service.ask_for(db, CheckKind.RECONCILE)
    db.commit()
    assert job_names(app) == ["check_books"]


def test_admins_are_told_of_a_finding_and_nobody_else_is(db: Session) -> None:
    admin, _brand = builders.admin(db), builders.brand(db)
    service.keep(db, CheckKind.VERIFY, [GOOD], tells=True)
    assert not db.scalars(select(Notice)).all()
    service.keep(db, CheckKind.VERIFY, [GOOD, BAD], tells=True)
    told = db.scalars(select(Notice)).unique().one()
    assert (told.person_id, told.kind) == (admin.id, "books_wrong")
    assert told.data["title"] == BAD.name


def test_old_runs_are_forgotten(db: Session) -> None:
    old = service.keep(db, CheckKind.VERIFY, [GOOD])
    old.created_at = now() - timedelta(days=100)
    db.flush()
    service.keep(db, CheckKind.VERIFY, [GOOD])
    assert len(db.scalars(select(LedgerCheck)).all()) == 1


@pytest.mark.parametrize("kind", CheckKind)
def test_the_worker_runs_either_kind_and_keeps_it(
    app: Flask, db: Session, stripe: StripeWorld, kind: CheckKind
) -> None:
    builders.admin(db)
    service.ask_for(db, kind)
    db.commit()
    run_jobs(app)
    assert db.scalars(select(LedgerCheck.kind)).one() == kind


def test_the_page_shows_the_last_thirty_runs_with_the_way_to_what_they_found(
    client: FlaskClient, db: Session
) -> None:
    admin = builders.admin(db)
    for _number in range(31):
        service.keep(db, CheckKind.RECONCILE, [GOOD])
    service.keep(db, CheckKind.RECONCILE, [BAD])
    service.keep(db, CheckKind.VERIFY, [GOOD])
    db.commit()
    page = client.sign_in(admin).get("/admin/money/checks?kind=reconcile").text
    assert page.count("<article") == 30
    assert '<a href="/x">Journal 3</a>' in page
    assert client.get("/admin/money/checks").text.count("<article") == 1
    assert client.get("/admin/money/checks?kind=nonsense").status_code == 200


def test_an_admin_has_both_compared_at_once(
    app: Flask, client: FlaskClient, db: Session, stripe: StripeWorld
) -> None:
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)
    assert client.post("/admin/money/reconcile").status_code == 303
    assert "check_books" in job_names(app)


@pytest.mark.parametrize("command", [["ledger", "verify"], ["reconcile"]])
def test_the_shell_says_one_line_a_check(
    app: Flask, db: Session, stripe: StripeWorld, command: list[str]
) -> None:
    said = app.test_cli_runner().invoke(args=command)
    assert said.exit_code in (0, 1), said.output
    lines = [line for line in said.stdout.splitlines() if not line.startswith("  ")]
    assert len(lines) >= 25
    assert all(line.startswith(("ok  ", "FAIL")) for line in lines)
    assert (said.exit_code == 0) == all(line.startswith("ok") for line in lines)


def test_a_thing_leads_to_its_page_or_to_what_it_is_about() -> None:
    assert thing_of("journal:7").path == "/admin/money/journals/7"
    assert thing_of("refund:1@order:2") == Thing("refund:1", "/sales/2")
    assert thing_of("job:send_mail 4").path == "/admin/jobs"
    assert thing_of("currency:eur").path == ""
    assert thing_of("").path == ""


def test_counts_and_amounts_are_written_as_people_write_them(app: Flask) -> None:
    said = result("x", 11_340, "journals", 1_134).found + f", {amount(123_456, 'eur')} apart"
    assert plain(said) == "1134 of 11340 journals, 1234.56 EUR apart"
    with app.test_request_context():
        assert words.found(said) == "1,134 of 11,340 journals, €1,234.56 apart"


def test_one_of_a_thing_is_not_called_many(app: Flask) -> None:
    with app.test_request_context():
        for one, many in (("day", "days"), ("currency", "currencies"), ("entry", "entries")):
            assert words.found(result("x", 1, many, 0).found) == f"1 {one}"
            assert words.found(result("x", 1, many, 1).found) == f"1 of 1 {one}"
            assert words.found(result("x", 1_200, many, 1).found) == f"1 of 1,200 {many}"
            assert words.found(result("x", 0, many, 0).found) == f"0 {many}"
        assert words.found("Stripe did not answer: {no}") == "Stripe did not answer: {no}"


def test_whatever_a_check_counts_has_its_word_for_one(
    app: Flask, db: Session, stripe: StripeWorld
) -> None:
    counted = {what for what, _sql in CHECKS.values()} | {
        what for what, _find in things.CHECKS.values()
    }
    for check in (service.verify(db), service.run(CheckKind.RECONCILE)):
        said = (re.fullmatch(r"\{\d+\} (.+)", one["found"]) for one in check.results)
        counted |= {found[1] for found in said if found}
    assert "days" in counted
    assert counted <= book_words.COUNTED.keys()


def test_the_shell_says_one_day_and_two_days(app: Flask, db: Session, stripe: StripeWorld) -> None:
    said = app.test_cli_runner().invoke(args=["ledger", "verify"]).stdout
    assert not re.search(r"\b1 (days|deals|currencies|accounts|guards)\b", said)
    assert re.search(r": 0 days\n", said)
