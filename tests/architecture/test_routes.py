"""Every route says who may come in, none vanishes unnoticed, and each keeps its word."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from marketplace.kit.routing import Blueprint
from models import (
    Application,
    Checkout,
    DealStatus,
    Dispute,
    Evidence,
    Invitation,
    Model,
    Notice,
    Order,
    OrderLine,
    Person,
    PersonKind,
    Return,
    ShelfItem,
)
from models.clock import now
from tests import builders

LIST = Path(__file__).with_name("routes.txt")


def rules(app: Flask) -> list[Rule]:
    return sorted(
        (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"),
        key=lambda rule: (rule.rule, sorted(rule.methods or ())),
    )


def test_a_route_without_allow_can_not_be_written() -> None:
    bp = Blueprint("x", __name__)
    with pytest.raises(TypeError, match="allow"):
        bp.get("/")(lambda: "")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="allow"):
        bp.route("/")


def test_every_endpoint_is_guarded(app: Flask) -> None:
    open_ones = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not hasattr(view, "allow")
    ]
    assert open_ones == []


def test_no_route_vanishes_unnoticed(app: Flask) -> None:
    """After a change that is meant: KEEP_ROUTES=1 pytest tests/architecture/test_routes.py"""
    lines = [
        f"{' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'})):9} {rule.rule}"
        f"  {app.view_functions[rule.endpoint].allow.__name__}\n"  # type: ignore[attr-defined]
        for rule in rules(app)
    ]
    if os.environ.get("KEEP_ROUTES"):
        LIST.write_text("".join(lines))
    assert "".join(lines) == LIST.read_text()


class World:
    """One of every thing a URL can carry, and everyone who may or may not see it."""

    def __init__(self, db: Session) -> None:
        brand, creator = builders.brand(db), builders.creator(db)
        account = builders.account(db, creator)
        builders.audience(db, account)
        campaign = builders.campaign(db, brand)
        product = builders.product(db, brand)
        item = builders.add(
            db, ShelfItem(creator=creator, product=product, commission_bps=1200, position=1)
        )
        deal = builders.deal(db, brand, creator, DealStatus.DISPUTED, campaign=campaign)
        dispute = Dispute(deal=deal, opened_by_id=brand.person_id, reason="late")
        dispute.statement, dispute.currency, dispute.asks_minor = "Late.", "eur", 100
        dispute.due_at = now()
        builders.add(db, dispute)
        evidence = Evidence(dispute=dispute, number=1, person_id=brand.person_id, note="See.")
        invitation = Invitation(campaign=campaign, creator=creator, due_at=now())
        application = Application(campaign=campaign, creator=creator, currency="eur")
        application.price_minor = 100
        order = _order(db, brand, creator, product)
        returned = Return(order=order, items=[], currency="eur", amount_minor=100, due_at=now())
        checkout = Checkout(purpose="deal", subject_id=deal.id, currency="eur", amount_minor=100)
        checkout.description, checkout.success_path, checkout.cancel_path = "x", "/", "/"
        notice = Notice(person=creator.person, kind="welcome", path="/", data={})
        for thing in (evidence, invitation, application, returned, checkout, notice):
            builders.add(db, thing)
        self.things: dict[str, Model] = {
            "brand": brand,
            "creator": creator,
            "platformaccount": account,
            "campaign": campaign,
            "product": product,
            "variant": product.variants[0] if product.variants else None,
            "shelfitem": item,
            "deal": deal,
            "dispute": dispute,
            "evidence": evidence,
            "invitation": invitation,
            "application": application,
            "order": order,
            "return": returned,
            "checkout": checkout,
            "notice": notice,
            "person": creator.person,
        }  # type: ignore[assignment]
        self.people: dict[str, Person | None] = {
            "nobody": None,
            "its brand": brand.person,
            "its creator": creator.person,
            "another brand": builders.brand(db, name="Other").person,
            "another creator": builders.creator(db, name="Other").person,
            "an admin": builders.person(db, PersonKind.ADMIN),
        }


def _order(db: Session, brand: Any, creator: Any, product: Any) -> Order:
    order = Order(brand=brand, creator=creator, currency="eur", total_minor=14_900)
    order.brand_minor, order.creator_minor, order.platform_minor = 12_000, 2_000, 900
    order.status, order.paid_at, order.due_at = "paid", now(), now()
    builders.add(db, order)
    variant = db.query(type(product).variants.property.mapper.class_).first()
    line = OrderLine(order=order, variant=variant, title="Boots", quantity=1, currency="eur")
    line.price_minor, line.commission_bps = 14_900, 1200
    builders.add(db, line)
    return order


def test_everyone_gets_in_where_they_may_and_nowhere_else(
    app: Flask, db: Session, tmp_path: Path
) -> None:
    world = World(db)
    db.commit()
    wrong = []
    for who, person in world.people.items():
        client = app.test_client()
        if person is not None:
            client.sign_in(person)  # type: ignore[attr-defined]
        for rule in rules(app):
            if "GET" not in (rule.methods or ()):
                continue
            allow: Callable[..., bool] = app.view_functions[rule.endpoint].allow  # type: ignore[attr-defined]
            values, things = _values(rule, world)
            if values is None:
                continue
            with app.test_request_context():
                url = app.url_for(rule.endpoint, **values)
            asked = db.get(Person, person.id) if person else None
            may = allow(asked, **{**values, **things})
            status = client.get(url).status_code
            fits = status != 500 if may else status in (302, 303, 404)
            if not fits or (may and status in (401, 403)):
                wrong.append(f"{who} at {rule.rule}: {status}, allowed {may}")
    assert wrong == []


def _values(rule: Rule, world: World) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What to put in the URL; None where only a made-up text would fit."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        if name in world.things:
            values[name] = world.things[name]
        elif name == "step":
            values[name] = "sell"
        elif name in ("id", "number"):
            values[name] = 1
        else:
            values[name] = "a-text-nobody-has"
    return values, {}
