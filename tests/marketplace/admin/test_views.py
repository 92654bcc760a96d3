"""The pages of those who run the place."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from marketplace.admin import service
from marketplace.books.verify import outside
from marketplace.kit.clock import now
from marketplace.kit.jobs import enqueue
from marketplace.payments import gateway, ledger
from models import (
    ClockShift,
    Event,
    EventStatus,
    LedgerCheck,
    Money,
    Order,
    Refused,
    SignIn,
    StripeEvent,
)
from tests import builders
from tests.marketplace.disputes.conftest import answered, disputed, funded

PAGES = [
    "/admin",
    "/admin/disputes",
    "/admin/people",
    "/admin/deals",
    "/admin/orders",
    "/admin/log",
    "/admin/money",
    "/admin/money/checks",
    "/admin/money/accounts/L:escrow",
    "/admin/jobs",
    "/admin/events",
]


@pytest.fixture
def admin(db):
    return builders.admin(db, name="Sara Holm")


@pytest.fixture
def busy(db, admin):
    """A place where something of everything happened."""
    deal = funded(db)
    answered(db, disputed(db, funded(db)))
    done = answered(db, disputed(db, funded(db)))
    split = {"to_creator": Money(12_000, "eur"), "to_brand": Money(36_000, "eur")}
    from marketplace.disputes import service as disputes

    disputes.rule(db, done, **split, rules=["D-3"], why="A quarter of it.", by=admin)
    builders.add(
        db,
        Order(
            brand=deal.brand,
            creator=deal.creator,
            currency="eur",
            total_minor=100,
            brand_minor=80,
            creator_minor=15,
            platform_minor=5,
            email="shopper@example.org",
        ),
    )
    stored(db)
    fail_a_job(db)
    return deal


def stored(db, status=EventStatus.STORED):
    made = StripeEvent(stripe_id="evt_1", type="charge.succeeded", object_id="ch_1", payload={})
    made.status = status
    return builders.add(db, made)


def fail_a_job(db, name="send_mail", **args):
    enqueue(db, name, **(args or {"to": "a@example.org", "text": "the secret link"}))
    return db.scalar(
        text(
            "UPDATE procrastinate_jobs SET status = 'failed', attempts = 8 WHERE id ="
            " (SELECT max(id) FROM procrastinate_jobs) RETURNING id"
        )
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_page_stands_when_nothing_has_happened(client, db, admin, path):
    db.commit()
    assert client.sign_in(admin).get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_page_stands_when_much_has_happened(client, db, admin, busy, path):
    db.commit()
    page = client.sign_in(admin).get(path, follow_redirects=True)
    assert page.status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/admin/money/journals/1"])
def test_nobody_else_comes_in(client, db, path):
    brand = builders.brand(db)
    db.commit()
    assert client.get(path).status_code in (302, 303)
    assert client.sign_in(brand.person).get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/admin/money/journals/999999999999999999",
        "/admin/money/journals/99999999999999999999999",
        "/admin/money/accounts/7",
        "/admin/money/accounts/L:nothing",
        "/admin/money/about/deal/00000000-0000-0000-0000-000000000000",
    ],
)
def test_what_is_not_in_the_books_is_not_found(client, db, admin, path):
    db.commit()
    assert client.sign_in(admin).get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/admin/people?search=%25_%5C&kind=nobody",
        "/admin/deals?status=nothing&search=x&page=99999",
        "/admin/orders?status=paid&search='",
        "/admin/log?kind=secrets",
        "/admin/events?status=lost",
        "/admin/money?before=99999999999999999999999",
        "/admin/money?before=-1",
    ],
)
def test_odd_filters_break_nothing(client, db, admin, busy, path):
    db.commit()
    assert client.sign_in(admin).get(path).status_code == 200


def test_the_start_page_counts_what_needs_an_admin(client, db, admin, busy):
    db.commit()
    page = client.sign_in(admin).get("/admin").text
    assert "2 things need you" in page
    assert "1 job failed" in page


def test_people_are_found_by_name_address_and_kind(client, db, admin):
    ida = builders.creator(db, name="Ida Bergström").person
    builders.brand(db, name="Fjällhem")
    db.commit()
    client.sign_in(admin)
    page = client.get("/admin/people?search=bergstr").text
    assert "Ida Bergström" in page
    assert "Fjällhem" not in page
    assert "Ida Bergström" not in client.get("/admin/people?kind=brand").text
    assert ida.email in client.get(f"/admin/people/{ida.id}").text


def test_closing_an_account_signs_it_out_and_is_logged(client, db, admin):
    brand = builders.brand(db).person
    db.commit()
    other = client.application.test_client().sign_in(brand)
    assert other.get("/notices").status_code == 200
    client.sign_in(admin)
    path = f"/admin/people/{brand.id}"
    assert client.post(f"{path}/suspend", data={"why": ""}).status_code == 422
    assert client.post(f"{path}/suspend", data={"why": "Fake brand"}).status_code == 303
    assert other.get("/notices").status_code in (302, 303)
    page = client.get(path).text
    assert "Fake brand" in page
    assert client.post(f"{path}/suspend", data={"why": "Again"}).status_code == 409
    assert client.post(f"{path}/unsuspend", data={"why": "Proved real"}).status_code == 303
    db.expire_all()
    verbs = db.scalars(select(Event.verb).where(Event.subject_id == brand.id)).all()
    assert set(verbs) == {"suspend", "unsuspend"}
    assert db.scalars(select(SignIn).where(SignIn.person_id == brand.id)).one().ended_at


def test_nobody_closes_their_own_account(client, db, admin):
    db.commit()
    client.sign_in(admin)
    answer = client.post(f"/admin/people/{admin.id}/suspend", data={"why": "Tired"})
    assert answer.status_code == 409


def test_the_books_add_up_and_every_page_of_them_opens(client, db, admin, busy):
    db.commit()
    client.sign_in(admin)
    page = client.get("/admin/money").text
    # Three payments of 480 less 0.97 each; 384+... nothing has left yet.
    assert "€1,437.09" in page
    journals = ledger.journals(db)
    assert client.get(f"/admin/money/journals/{journals[0].id}").status_code == 200
    assert client.get(f"/admin/money/about/deal/{busy.id}").status_code == 200
    for kind in ("A:stripe", "L:escrow", "I:platform_fee", "L:refund", "L:payable"):
        answer = client.get(f"/admin/money/accounts/{kind}", follow_redirects=True)
        assert answer.status_code == 200


def test_what_we_have_is_what_we_owe_and_what_is_ours(db, busy):
    from marketplace.admin.queries.books import books

    found = books(db, "eur")
    assert found.have == found.owe + found.own
    assert found.have.minor > 0


def test_checking_again_keeps_the_run(client, db, admin, busy, monkeypatch):
    held = ledger.balance(db, ledger.STRIPE, None, "eur")
    monkeypatch.setattr(outside.check, "__defaults__", (lambda _currency: held, gateway.since))
    db.commit()
    client.sign_in(admin)
    assert client.post("/admin/money/check").status_code == 303
    assert db.scalars(select(LedgerCheck)).one()
    assert "checks pass" in client.get("/admin/money").text
    assert client.get("/admin/money/checks").status_code == 200


def test_a_check_says_when_stripe_does_not_answer(client, db, admin, monkeypatch):
    def silent(_currency):
        raise gateway.Unknown("no route")

    monkeypatch.setattr(outside.check, "__defaults__", (silent, gateway.since))
    db.commit()
    client.sign_in(admin)
    client.post("/admin/money/check")
    assert "Stripe did not answer" in client.get("/admin/money").text


def test_a_failed_job_runs_again_and_shows_no_secret(client, db, admin):
    number = fail_a_job(db)
    db.commit()
    client.sign_in(admin)
    page = client.get("/admin/jobs").text
    assert "send_mail" in page
    assert "secret" not in page
    assert client.post(f"/admin/jobs/{number}/again").status_code == 303
    state = text("SELECT status::text FROM procrastinate_jobs WHERE id = :id")
    assert db.scalar(state, {"id": number}) == "todo"
    assert client.post(f"/admin/jobs/{number}/again").status_code == 409


def test_a_failed_job_waits_for_its_twin(db):
    enqueue(db, "sweep", once="sweep")
    db.execute(text("UPDATE procrastinate_jobs SET status = 'failed'"))
    number = db.scalar(text("SELECT max(id) FROM procrastinate_jobs"))
    enqueue(db, "sweep", once="sweep")
    with pytest.raises(Refused):
        service.run_again(db, number)


def test_a_stored_event_can_be_worked_again_and_a_done_one_not(client, db, admin):
    event = stored(db)
    db.commit()
    client.sign_in(admin)
    assert client.post(f"/admin/events/{event.id}/again").status_code == 303
    event.status = EventStatus.DONE
    db.commit()
    assert client.post(f"/admin/events/{event.id}/again").status_code == 409


class Sandbox:
    """Stands in for the stand-in: counts how far its clock was moved."""

    def __init__(self, answers=True):
        self.answers, self.moved = answers, 0

    def post(self, url, json, timeout):
        if not self.answers:
            raise service.requests.ConnectionError
        self.moved += json["advance_seconds"]
        return self

    def get(self, url, timeout):
        if not self.answers:
            raise service.requests.ConnectionError
        return self

    def raise_for_status(self):
        pass

    def json(self):
        return {"now": int(now().timestamp())}


@pytest.fixture
def sandbox(monkeypatch):
    made = Sandbox()
    monkeypatch.setattr(service.requests, "post", made.post)
    monkeypatch.setattr(service.requests, "get", made.get)
    return made


def test_days_pass_here_and_in_the_sandbox_together(client, db, sandbox):
    brand = builders.brand(db)
    funded(db, of=brand)
    db.commit()
    client.sign_in(brand.person)
    page = client.get("/demo/clock").text
    assert "Three reels for spring boots" in page
    assert client.post("/demo/clock", data={"days": "5"}).status_code == 303
    assert client.post("/demo/clock", data={"days": "2"}).status_code == 303
    assert db.scalar(select(ClockShift.seconds)) == 7 * 86_400 == sandbox.moved
    waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sweep'")
    assert db.scalar(waiting) == 1


def test_when_the_sandbox_is_silent_no_clock_moves(client, db, sandbox):
    sandbox.answers = False
    brand = builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    assert "does not answer" in client.get("/demo/clock").text
    answer = client.post("/demo/clock", data={"days": "5"})
    assert answer.status_code == 409
    assert "no clock was moved" in answer.text
    assert db.scalar(select(ClockShift.seconds)) is None


@pytest.mark.parametrize("days", ["", "3", "-1", "9999999999"])
def test_only_the_offered_days_can_pass(client, db, sandbox, days):
    brand = builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    assert client.post("/demo/clock", data={"days": days}).status_code == 422
    assert sandbox.moved == 0


def test_there_is_no_demo_clock_with_real_money(client, db, sandbox):
    from dataclasses import replace

    brand = builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    extensions = client.application.extensions
    before = extensions["config"]
    extensions["config"] = replace(before, stripe_secret_key="sk_test_real", stripe_api_base=None)
    try:
        assert client.get("/demo/clock").status_code == 404
        assert client.post("/demo/clock", data={"days": "5"}).status_code == 404
    finally:
        extensions["config"] = before
    assert sandbox.moved == 0


def test_the_clock_page_lists_what_is_due_next(db):
    from marketplace.admin.queries.place import next_due

    late = funded(db, due_at=now() + timedelta(days=9))
    soon = funded(db, due_at=now() + timedelta(days=1), title="Sooner")
    db.flush()
    assert [due.title for due in next_due(db)] == [soon.title, late.title]
