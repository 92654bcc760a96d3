"""The admin's pages of what Stripe told."""

from typing import Any, get_args

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.admin import words
from marketplace.admin.queries.events import MASK, masked
from marketplace.payments.facts import Fact
from models import (
    AccountStatus,
    Checkout,
    EventStatus,
    EventSweep,
    Found,
    PayoutAccount,
    StripeEvent,
)
from models.clock import now
from tests import builders


@pytest.fixture
def admin(client: FlaskClient, db: Session) -> Any:
    made = builders.admin(db)
    db.commit()
    client.sign_in(made)
    return made


def told(db: Session, name: str, **values: Any) -> StripeEvent:
    thing = values.pop("thing", {})
    payload = {"id": name, "created": 1_790_000_000, "data": {"object": thing}}
    values = {"type": "charge.updated", "object_id": "ch_1"} | values
    return builders.add(db, StripeEvent(stripe_id=name, payload=payload, **values))


def jobs(db: Session) -> list[str]:
    return list(db.scalars(text("SELECT args->>'id' FROM procrastinate_jobs ORDER BY id")))


def test_the_list_can_be_asked_by_state_way_and_name(
    client: FlaskClient, db: Session, admin: Any
) -> None:
    told(db, "evt_done", status=EventStatus.DONE)
    told(db, "evt_failed", status=EventStatus.FAILED, problem="Unknown: no answer", attempts=3)
    told(db, "evt_found", found=Found.SWEEP, type="payout.failed", object_id="po_1")
    db.commit()

    def shown(query: str) -> set[str]:
        page = client.get(f"/admin/events?{query}").text
        return {name for name in ("evt_done", "evt_failed", "evt_found") if name in page}

    assert shown("") == {"evt_done", "evt_failed", "evt_found"}
    assert shown("status=failed") == {"evt_failed"}
    assert shown("found=sweep") == {"evt_found"}
    assert shown("search=ch_1") == {"evt_done", "evt_failed"}
    assert shown("search=payout.") == {"evt_found"}
    assert shown("search=evt_done") == {"evt_done"}
    assert shown("search=%25") == set()
    assert "Unknown: no answer" in client.get("/admin/events").text


def test_one_event_and_all_failed_ones_can_be_worked_again(
    client: FlaskClient, db: Session, admin: Any
) -> None:
    failed = [told(db, f"evt_{n}", status=EventStatus.FAILED) for n in (1, 2)]
    told(db, "evt_done", status=EventStatus.DONE)
    db.commit()
    assert client.post(f"/admin/events/{failed[0].id}/again").status_code == 303
    assert jobs(db) == [str(failed[0].id)]
    answer = client.post("/admin/events/again", follow_redirects=True)
    assert "2 events are worked again" in answer.text
    # The one that waits already is not asked for twice.
    assert sorted(jobs(db)) == sorted(str(one.id) for one in failed)


def test_looking_for_lost_events_is_a_job_and_says_what_it_found(
    client: FlaskClient, db: Session, admin: Any
) -> None:
    assert client.post("/admin/events/look").status_code == 303
    names = text("SELECT task_name FROM procrastinate_jobs")
    assert list(db.scalars(names)) == ["find_lost_events"]
    for account, found, problem in (("", 2, ""), ("acct_1", 0, "This account is closed")):
        row = EventSweep(account=account, found=found, problem=problem)
        row.seen_until = row.swept_at = now()
        builders.add(db, row)
    db.commit()
    page = client.get("/admin/events").text
    assert "2 events were lost and found" in page
    assert "acct_1: This account is closed" in page


def test_the_page_of_an_event_shows_what_it_led_to_and_no_secret(
    client: FlaskClient, db: Session, admin: Any
) -> None:
    deal = builders.deal(db)
    row = Checkout(purpose="deal", subject_id=deal.id, currency="eur", amount_minor=48_000)
    row.description, row.success_path, row.cancel_path = "x", "/", "/"
    row.session_id = "cs_test_77"
    builders.add(db, row)
    thing = {
        "id": "cs_test_77",
        "customer_details": {"email": "sara@example.org", "name": "Sara"},
        "success_url": "http://localhost/orders/ABC-DEF-GHJ",
        "note": "write to sara@example.org",
        "client_secret": "cs_test_77_secret_x",
        "amount_total": 48_000,
    }
    led = {"fact": "Paid", "thing": "checkouts", "thing_id": "", "purpose": "deal"}
    event = told(
        db,
        "evt_1",
        thing=thing,
        status=EventStatus.DONE,
        object_id="cs_test_77",
        led_to=[led | {"subject_id": str(deal.id)}],
    )
    told(db, "evt_2", type="checkout.session.expired", object_id="cs_test_77")
    db.commit()
    page = client.get(f"/admin/events/{event.id}").text
    assert "A payment came in" in page
    assert f"/deals/{deal.id}" in page
    assert "checkout.session.expired" in page
    assert "48000" in page
    for secret in ("sara", "Sara", "ABC-DEF", "secret_x"):
        assert secret not in page


def test_an_old_event_says_that_its_body_was_dropped(
    client: FlaskClient, db: Session, admin: Any
) -> None:
    event = told(db, "evt_1", status=EventStatus.DONE, worked_at=now(), thing={"amount": 48_000})
    other = told(db, "evt_2", status=EventStatus.DONE)
    event.drop_body()
    db.commit()
    page = client.get(f"/admin/events/{event.id}").text
    assert "kept for 90 days after it was worked" in page
    assert str(event.body_hash) in page
    assert "48000" not in page
    assert "Not said" not in page
    assert str(other.id) in page


def test_what_is_named_alike_in_another_account_is_another_thing(
    client: FlaskClient, db: Session, admin: Any
) -> None:
    creator = builders.creator(db)
    account = {"person_id": creator.person_id, "status": AccountStatus.CREATED}
    builders.add(db, PayoutAccount(country="SE", stripe_id="acct_1", **account))
    kind = {"type": "capability.updated", "object_id": "transfers", "status": EventStatus.DONE}
    event, same, other = (
        told(db, f"evt_{number}", account=account, worked_at=now(), **kind)
        for number, account in enumerate(("acct_1", "acct_1", "acct_2"))
    )
    event.drop_body()
    db.commit()
    page = client.get(f"/admin/events/{event.id}").text
    assert str(same.id) in page
    assert str(other.id) not in page
    # Whose account it is, is told by the event itself.
    assert creator.person.name in page


def test_masking_keeps_the_shape_and_leaves_out_what_is_private() -> None:
    given = {
        "id": "ch_1",
        "receipt_email": "a@example.org",
        "shipping": None,
        "billing_details": {"name": "Sara"},
        "lines": [{"description": "sk_test_51abc", "amount": 5}],
    }
    assert masked(given) == {
        "id": "ch_1",
        "receipt_email": MASK,
        "shipping": None,
        "billing_details": MASK,
        "lines": [{"description": MASK, "amount": 5}],
    }


@pytest.mark.parametrize("path", ["/admin/events/again", "/admin/events/look"])
def test_only_admins_have_events_worked(client: FlaskClient, db: Session, path: str) -> None:
    brand = builders.brand(db)
    db.commit()
    assert client.sign_in(brand.person).post(path).status_code == 404


def test_whatever_an_event_led_to_has_words() -> None:
    assert {kind.__name__ for kind in get_args(Fact)} <= set(words.FACTS)
