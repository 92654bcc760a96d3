"""One of every thing a URL can carry, everyone who may or may not see it, and every address."""

import uuid
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule, UUIDConverter

from models import (
    Application,
    Checkout,
    DealStatus,
    Dispute,
    Evidence,
    File,
    Invitation,
    Model,
    Notice,
    Order,
    OrderLine,
    Person,
    PersonKind,
    Proof,
    Return,
    Roster,
    SavedCreator,
    SavedList,
    ShelfItem,
    StripeEvent,
)
from models.clock import now
from tests import builders


def rules(app: Flask) -> list[Rule]:
    return sorted(
        (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"),
        key=lambda rule: (rule.rule, sorted(rule.methods or ())),
    )


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
        evidence = Evidence(dispute_id=dispute.id, number=1, person_id=brand.person_id, note="See.")
        saved = builders.add(db, SavedList(brand=brand, name="Spring"))
        entry = builders.add(db, SavedCreator(list=saved, creator=creator))
        ids = {"campaign_id": campaign.id, "creator_id": creator.id}
        invitation = Invitation(due_at=now(), **ids)
        application = Application(currency="eur", **ids)
        application.price_minor = 100
        sold = order(db, brand, creator, product)
        returned = Return(order_id=sold.id, items=[], currency="eur", amount_minor=100)
        returned.due_at = now()
        checkout = Checkout(purpose="deal", subject_id=deal.id, currency="eur", amount_minor=100)
        checkout.description, checkout.success_path, checkout.cancel_path = "x", "/", "/"
        event = StripeEvent(stripe_id="evt_1", type="x", object_id="x", payload={})
        file = File(person_id=brand.person_id, is_public=True, name="x", sha256="x")
        file.content, file.content_type = b"x", "image/webp"
        notice = Notice(person_id=creator.person_id, kind="welcome", path="/", data={})
        for thing in (evidence, invitation, application, returned, checkout, notice, event, file):
            builders.add(db, thing)
        proof = Proof(taken_at=now(), currency="eur", root="0" * 64, total_minor=0, totals={})
        proof.depth, proof.stripe_minor, proof.books_minor, proof.secret = 0, 0, 0, b"x"
        builders.add(db, proof)
        keeper = builders.person(db, PersonKind.ADMIN)
        kept = {"status": "saved", "counts": {"rows": 0, "accounts": 0, "updated": 0, "people": 0}}
        roster = Roster(person_id=keeper.id, file_name="x.csv", platform="instagram", **kept)
        self.things: dict[str, Model] = {
            "roster": builders.add(db, roster),
            "brand": brand,
            "creator": creator,
            "platformaccount": account,
            "campaign": campaign,
            "product": product,
            "variant": product.variants[0] if product.variants else None,
            "savedlist": saved,
            "savedcreator": entry,
            "shelfitem": item,
            "deal": deal,
            "dispute": dispute,
            "evidence": evidence,
            "invitation": invitation,
            "application": application,
            "order": sold,
            "return": returned,
            "checkout": checkout,
            "notice": notice,
            "someone": creator.person,
            "made": returned,
            "event": event,
            "file": file,
            "proof": proof,
        }  # type: ignore[assignment]
        self.people: dict[str, Person | None] = {
            "nobody": None,
            "its brand": brand.person,
            "its creator": creator.person,
            "another brand": builders.brand(db, name="Other").person,
            "another creator": builders.creator(db, name="Other").person,
            "an admin": keeper,
        }


def order(db: Session, brand: Any, creator: Any, product: Any) -> Order:
    """A paid order of one pair of boots."""
    sold = Order(brand=brand, creator=creator, currency="eur", total_minor=14_900)
    sold.brand_minor, sold.creator_minor, sold.platform_minor = 12_000, 2_000, 900
    sold.status, sold.paid_at, sold.due_at = "paid", now(), now()
    builders.add(db, sold)
    variant = db.query(type(product).variants.property.mapper.class_).first()
    line = OrderLine(order=sold, variant=variant, title="Boots", quantity=1, currency="eur")
    line.price_minor, line.commission_bps = 14_900, 1200
    builders.add(db, line)
    return sold


def values_of(rule: Rule, world: World) -> dict[str, Any]:
    """What to put in the URL of this rule."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            values[name] = min(converter.items)
        elif isinstance(converter, UUIDConverter):
            values[name] = uuid.uuid4()
        elif name in world.things:
            values[name] = world.things[name]
        elif name == "step":
            values[name] = "sell"
        elif name in ("id", "number"):
            values[name] = 1
        else:
            values[name] = "a-text-nobody-has"
    return values
