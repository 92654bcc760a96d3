"""Receipts say what the ledger says: every part adds up, and nobody reads what is not theirs."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.payments import receipts, words
from models import DealStatus, Person
from tests import builders
from tests.marketplace.payments.paid import checkout, eur, matured_order, ruled_deal

_FACT = re.compile(r"<div><dt>([^<]+)</dt><dd>(−?)€([\d,.]+)</dd></div>")


def read(page: str, heading: str) -> list[tuple[str, int]]:
    """The rows of the facts under a heading, in cents."""
    section = page[page.index(heading) :]
    section = section[: section.index("</dl>")]
    return [
        (name, (-1 if sign else 1) * int(re.sub(r"[.,]", "", amount)))
        for name, sign, amount in _FACT.findall(section)
    ]


def divided(client: FlaskClient, path: str, who: Person | None) -> list[tuple[str, int]]:
    if who is not None:
        client.sign_in(who)  # type: ignore[attr-defined]
    answer = client.get(path)
    assert answer.status_code == 200
    return read(answer.text, "How it was divided</h2>")


def test_a_receipt_goes_from_gross_through_each_fee_to_net(client: Any, db: Session) -> None:
    deal, *_ = ruled_deal(db)
    db.commit()
    rows = divided(client, f"/deals/{deal.id}/receipt", deal.creator.person)
    assert rows[0] == ("Paid by Fjällhem", 48_000)
    assert rows[-1] == ("Ida Bergström receives", 17_280)
    assert sum(amount for _name, amount in rows[:-1]) == rows[-1][1]
    assert ("Our fee", -1_920) in rows
    assert ("Back to Fjällhem", -28_800) in rows


def test_the_sums_on_a_receipt_are_those_of_the_ledger(client: Any, db: Session) -> None:
    deal, *_ = ruled_deal(db)
    found = receipts.receipt(db, ("deal", deal.id), "eur")
    assert found.gross == eur(48_000)
    assert sum(part.amount.minor for part in found.parts) == found.gross.minor
    assert found.stripe_fee == eur(745)
    assert found.sent_to(deal.creator.person_id) == eur(17_280)


def test_what_is_held_still_stands_on_the_receipt(client: Any, db: Session) -> None:
    deal = builders.deal(db, status=DealStatus.FUNDED)
    checkout(db, "deal", deal, 48_000)
    db.commit()
    rows = divided(client, f"/deals/{deal.id}/receipt", deal.brand.person)
    assert ("Held", -48_000) in rows
    assert rows[-1] == ("Ida Bergström receives", 0)


def test_each_side_reads_its_own_stripe_ids_and_not_the_others(client: Any, db: Session) -> None:
    deal, transfer, refund = ruled_deal(db)
    admin = builders.admin(db)
    db.commit()
    charge = f"ch_{deal.id.hex}"

    def seen(person: Person) -> set[str]:
        page = client.sign_in(person).get(f"/deals/{deal.id}/receipt").text
        return {id for id in (charge, transfer.stripe_id, refund.stripe_id) if id in page}

    assert seen(deal.creator.person) == {transfer.stripe_id}
    assert seen(deal.brand.person) == {charge, refund.stripe_id}
    assert seen(admin) == {charge, transfer.stripe_id, refund.stripe_id}


def test_an_admin_sees_both_sides_of_every_journal(client: Any, db: Session) -> None:
    deal, *_ = ruled_deal(db)
    admin = builders.admin(db)
    db.commit()
    page = client.sign_in(admin).get(f"/deals/{deal.id}/receipt").text
    steps = page[page.index("How it came about") :]
    steps = steps.split("<tr>")[2:]
    assert len(steps) == 4
    for step in steps:
        rows = _FACT.findall(step)
        cents = [(-1 if sign else 1) * int(re.sub(r"[.,]", "", x)) for _n, sign, x in rows]
        assert sum(cents) == 0
    # For others what lies at Stripe is not theirs to see.
    assert (
        "At Stripe" not in client.sign_in(deal.brand.person).get(f"/deals/{deal.id}/receipt").text
    )


def test_a_stranger_finds_no_receipt(client: Any, db: Session) -> None:
    deal, *_ = ruled_deal(db)
    order, _paid = matured_order(db)
    stranger = builders.creator(db, name="Tove Alm").person
    db.commit()
    client.sign_in(stranger)
    for path in (f"/deals/{deal.id}/receipt", f"/sales/{order.id}/receipt"):
        assert client.get(path).status_code == 404
    assert client.get("/orders/AAA-BBB-CCC/receipt").status_code == 404


def test_before_the_first_payment_the_receipt_says_so(client: Any, db: Session) -> None:
    deal = builders.deal(db, status=DealStatus.ACCEPTED)
    db.commit()
    page = client.sign_in(deal.brand.person).get(f"/deals/{deal.id}/receipt").text
    assert "No money has moved yet" in page


def test_an_order_adds_up_for_its_brand_and_for_its_creator(client: Any, db: Session) -> None:
    order, _paid = matured_order(db)
    db.commit()
    path = f"/sales/{order.id}/receipt"
    rows = divided(client, path, order.brand.person)
    assert rows[-1] == ("Fjällhem receives", 10_800)
    assert sum(amount for _name, amount in rows[:-1]) == 10_800
    rows = divided(client, path, order.creator.person)
    assert rows[-1] == ("Ida Bergström receives", 1_800)
    assert sum(amount for _name, amount in rows[:-1]) == 1_800
    assert ("Back to the shopper", -1_490) in rows


def test_a_shopper_sees_where_every_cent_went(client: Any, db: Session) -> None:
    order, paid = matured_order(db)
    db.commit()
    rows = divided(client, f"/orders/{order.code}/receipt", None)
    assert rows[0] == ("Paid by you", 14_900)
    assert sum(amount for _name, amount in rows[1:]) == 14_900
    page = client.get(f"/orders/{order.code}/receipt").text
    assert paid.charge_id in page
    assert "tr_" not in page
    assert (
        order.code not in client.sign_in(order.brand.person).get(f"/sales/{order.id}/receipt").text
    )


def test_what_waits_and_what_is_due_are_told_apart(client: Any, db: Session) -> None:
    order, _paid = matured_order(db)
    db.commit()
    page = client.sign_in(order.brand.person).get(f"/sales/{order.id}/receipt").text
    for name in (order.brand.name, "Our fee"):
        assert f"{name}, held" in page


def test_a_creator_is_not_told_what_the_brand_was_sent(client: Any, db: Session) -> None:
    order, paid = matured_order(db)
    from tests.marketplace.payments.paid import send

    to_brand = send(db, paid, order.brand.person_id, 10_800)
    db.commit()
    path = f"/sales/{order.id}/receipt"
    assert to_brand.stripe_id not in client.sign_in(order.creator.person).get(path).text
    assert to_brand.stripe_id in client.sign_in(order.brand.person).get(path).text


@pytest.mark.parametrize("kind", ["deal_paid", "never_heard_of_it"])
def test_every_kind_of_journal_has_words(app: Any, kind: str) -> None:
    with app.test_request_context():
        assert words.journal(kind)[0].isupper() or "_" not in words.journal(kind)
