"""Proofs of holdings: everything owed is in them, and everybody can fetch and check their own."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.books import queries, service
from marketplace.books import verify as checks
from marketplace.books.service import proofs
from marketplace.kit.clock import now
from marketplace.shop import service as shops
from models import Money, Proof, ProofLevel, ProofPart
from tests import builders
from tests.client import LookingClient
from tests.marketplace.books.test_tree import script
from tests.marketplace.disputes.conftest import funded
from tests.marketplace.shop.conftest import Shop, paid
from tests.stripe_world import job_names


@pytest.fixture(autouse=True)
def at_stripe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs.gateway, "balance", lambda currency: Money(123_456, currency))


@pytest.fixture
def shop(db: Session) -> Shop:
    brand, creator = builders.brand(db), builders.creator(db)
    product = builders.product(db, brand)
    db.refresh(product, ["variants"])
    item = shops.add(db, product, by=creator.person)
    return Shop(brand, creator, product, product.variants[0], item)


@pytest.fixture
def held(db: Session, shop: Shop) -> UUID:
    """Something is owed to each kind of party."""
    deal = funded(db)
    funded(db)
    paid(db, shop)
    db.commit()
    return deal.id


def prove(db: Session) -> Proof:
    service.prove("eur")
    newest = queries.newest(db)
    assert newest
    return newest


def test_the_total_is_all_we_owe_by_the_ledger(db: Session, held: UUID) -> None:
    made = prove(db)
    all_owed = text("SELECT sum(balance) FROM ledger.balance WHERE kind LIKE 'L:%'")
    assert made.total_minor == db.scalar(all_owed) == sum(made.totals.values()) > 0
    assert set(made.totals) == {"deal", "brand", "creator", "platform"}
    assert (made.stripe_minor, made.currency) == (123_456, "eur")
    parts = db.scalars(select(ProofPart)).all()
    assert sum(part.amount_minor for part in parts) == made.total_minor
    assert sum(len(part.pieces) for part in parts) <= 2**made.depth


def test_every_part_has_a_file_that_the_script_proves(db: Session, held: UUID) -> None:
    made = prove(db)
    for part in db.scalars(select(ProofPart)):
        good = script.check(service.inclusion(db, made, part), made.root)
        assert (good["party"], good["amount"]) == (part.party, part.amount_minor)
        assert good["total"] == made.total_minor


def test_nobody_is_named_in_the_tree(db: Session, held: UUID) -> None:
    made = prove(db)
    nodes = b"".join(db.scalars(select(ProofLevel.nodes)))
    for part in db.scalars(select(ProofPart)):
        own = json.loads(service.inclusion(db, made, part))
        others = {one.party for one in db.scalars(select(ProofPart))} - {part.party}
        assert not any(other in json.dumps(own) for other in others)
        assert part.party.encode() not in nodes
    assert made.secret not in nodes


def test_a_published_day_can_not_be_changed(db: Session, held: UUID) -> None:
    prove(db)
    for attack in ("UPDATE proofs SET root = 'x'", "DELETE FROM proofs", "TRUNCATE proofs CASCADE"):
        with pytest.raises(DBAPIError), db.begin_nested():
            db.execute(text(attack))


def test_less_than_nothing_owed_is_refused(
    db: Session, held: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "owed", lambda *_: {"deal:1": 5, "deal:2": -1})
    with pytest.raises(ValueError, match="owed"):
        service.prove("eur")
    assert queries.newest(db) is None


def test_a_proof_is_due_once_a_night_and_when_there_is_something_to_prove(
    app: Flask, db: Session, shop: Shop
) -> None:
    assert proofs.tick(db) == 0
    paid(db, shop)
    assert proofs.tick(db) == 1
    assert proofs.tick(db) == 1
    db.commit()
    assert job_names(app).count("prove_holdings") == 1
    prove(db)
    assert proofs.tick(db) == 0


def test_files_are_kept_for_a_while_and_roots_for_ever(
    db: Session, held: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = prove(db)
    later = now() + timedelta(days=proofs.KEPT_DAYS + 1)
    monkeypatch.setattr(proofs, "now", lambda: later)
    service.prove("eur")
    assert len(db.scalars(select(Proof)).all()) == 2
    assert not db.scalars(select(ProofPart).filter_by(proof_id=made.id)).all()
    assert not db.scalars(select(ProofLevel).filter_by(proof_id=made.id)).all()


def test_anybody_reads_the_days(client: FlaskClient, db: Session, held: UUID) -> None:
    assert "Nothing is held yet" in client.get("/proof").text
    made = prove(db)
    page = client.get("/proof").text
    assert f"/proof/{made.number}" in page
    assert "verify_proof.py" in page
    assert "€1,234.56" in page
    assert made.root in client.get(f"/proof/{made.number}").text
    published = client.get(f"/proof/{made.number}.json").json
    assert (published["root"], published["total"]) == (made.root, made.total_minor)
    assert "secret" not in published
    assert client.get("/proof/999999").status_code == 404


def test_the_script_is_served_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/static/verify_proof.py")
    assert answer.status_code == 200
    assert b"hashlib" in answer.data
    answer.close()


def test_each_side_of_a_deal_fetches_its_proof_and_nobody_else_does(
    client: LookingClient, db: Session, held: UUID
) -> None:
    from models import Deal

    made, deal = prove(db), db.get_one(Deal, held)
    path = f"/proof/{made.number}/deals/{held}.json"
    for person in (deal.brand.person, deal.creator.person):
        client.sign_in(person)
        assert f"/deals/{held}/proof" in client.get(f"/deals/{held}").text
        assert path in client.get(f"/deals/{held}/proof").text
        good = script.check(client.get(path).text, made.root)
        assert good["party"] == f"deal:{held}"
        assert good["amount"] == 48_000
    stranger = builders.creator(db).person
    db.commit()
    client.sign_in(stranger)
    assert client.get(path).status_code == 404
    assert client.get(f"/deals/{held}/proof").status_code == 404
    assert client.get(f"/proof/{made.number}/mine.json").status_code == 404
    assert "No published day has you in it" in client.get("/money/proof").text


def test_a_creator_and_a_brand_fetch_the_proof_of_their_balance(
    client: LookingClient, db: Session, held: UUID, shop: Shop
) -> None:
    made = prove(db)
    for person, minor in ((shop.brand.person, 12_367), (shop.creator.person, 1_788)):
        client.sign_in(person)
        assert "/money/proof" in client.get("/money").text
        assert f"/proof/{made.number}/mine.json" in client.get("/money/proof").text
        file = client.get(f"/proof/{made.number}/mine.json")
        assert "attachment" in file.headers["Content-Disposition"]
        good = script.check(file.text, made.root)
        assert good["party"] == f"{person.kind.value}:{person.id}"
        assert good["amount"] == minor


def test_each_day_names_the_hash_of_the_day_before(
    client: FlaskClient, db: Session, held: UUID
) -> None:
    first, second = prove(db), prove(db)
    assert (first.previous, second.previous) == ("", first.digest)
    days = [client.get(f"/proof/{one.number}.json").text for one in (first, second)]
    script.follows(*days)
    rewritten = json.loads(days[0]) | {"total": first.total_minor - 1}
    with pytest.raises(script.Wrong, match="names another day"):
        script.follows(json.dumps(rewritten), days[1])
    assert second.previous in client.get(f"/proof/{second.number}").text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE proofs SET root = repeat('ab', 32)",
        "UPDATE proofs SET stripe_minor = stripe_minor + 1",
        "UPDATE proofs SET total_minor = total_minor - 1",
        "UPDATE proof_parts SET amount_minor = amount_minor + 1",
        "DELETE FROM proof_levels",
    ],
)
def test_a_day_that_was_rewritten_is_found(
    app: Flask, db: Session, owner_engine: Any, held: UUID, change: str
) -> None:
    prove(db)
    prove(db)
    db.commit()
    with app.app_context(), Session(owner_engine) as owner:
        assert checks.check(owner, checks.PROOFS).passed
        owner.execute(text(change))
        owner.expire_all()
        assert not checks.check(owner, checks.PROOFS).passed
        owner.rollback()


def test_a_shopper_fetches_the_proof_of_what_is_on_its_way_back(
    client: LookingClient, db: Session, shop: Shop
) -> None:
    order = paid(db, shop)
    prove(db)
    page = client.get(f"/orders/{order.code}/proof").text
    assert f"/orders/{order.code}/proof" in client.get(f"/orders/{order.code}").text
    assert "No published day has this order by itself" in page
    assert f"as part of what we owe {shop.brand.name} and {shop.creator.name}" in page
    shops.cancel(db, order)
    made = prove(db)
    path = f"/proof/{made.number}/orders/{order.code}.json"
    assert path in client.get(f"/orders/{order.code}/proof").text
    file = client.get(path)
    assert order.code not in file.headers["Content-Disposition"] + file.text
    good = script.check(file.text, made.root)
    assert (good["party"], good["amount"]) == (f"order:{order.id}", order.total_minor)
    # The day before it was counted with those it would have been paid to.
    assert client.get(f"/proof/{made.number - 1}/orders/{order.code}.json").status_code == 404
    assert client.get(f"/orders/{order.id}/proof").status_code == 404
    assert client.get(f"/proof/{made.number}/orders/{order.id}.json").status_code == 404
