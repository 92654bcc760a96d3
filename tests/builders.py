"""Things for tests, made plainly: each builder adds one thing with sensible values and flushes."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from models import (
    Application,
    Audience,
    Brand,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    DealStatus,
    DeliverableType,
    Offer,
    Person,
    PersonKind,
    Platform,
    PlatformAccount,
    Product,
    Provenance,
    Rate,
    Variant,
    terms_digest,
)
from models.clock import now

_numbers = count(1)


def add(db: Session, thing: Any) -> Any:
    db.add(thing)
    db.flush()
    return thing


def person(db: Session, kind: PersonKind = PersonKind.BRAND, **values: Any) -> Person:
    number = next(_numbers)
    values = {"name": f"Person {number}", "email": f"p{number}@example.org"} | values
    return add(db, Person(kind=kind, password_hash="!", **values))


def admin(db: Session, **values: Any) -> Person:
    return person(db, PersonKind.ADMIN, **values)


def brand(db: Session, **values: Any) -> Brand:
    number = next(_numbers)
    values = {"name": "Fjällhem", "slug": f"brand-{number}"} | values
    owner = values.pop("person", None) or person(db, PersonKind.BRAND, name=values["name"])
    return add(db, Brand(person=owner, **values))


def creator(db: Session, **values: Any) -> Creator:
    number = next(_numbers)
    values = {"name": "Ida Bergström", "slug": f"creator-{number}"} | values
    values = {"languages": ["sv"], "topics": ["hiking"], "city": "Umeå"} | values
    owner = values.pop("person", None) or person(db, PersonKind.CREATOR, name=values["name"])
    return add(db, Creator(person=owner, **values))


def account(db: Session, of: Creator, **values: Any) -> PlatformAccount:
    number = next(_numbers)
    values = {"platform": Platform.INSTAGRAM, "handle": f"handle{number}"} | values
    values = {"followers": 8_240, "engagements": 4_800, "posts_counted": 12} | values
    return add(db, PlatformAccount(creator=of, **values))


def audience(db: Session, of: PlatformAccount, **values: Any) -> Audience:
    cells = {"25-34:female": 0.3, "35-44:female": 0.3, "25-34:male": 0.2, "18-24:female": 0.2}
    dimensions = {
        "age_gender": {"n": 1840, "cells": cells},
        "country": {"n": 8240, "cells": {"SE": 0.72, "NO": 0.09, "FI": 0.06}},
    }
    values = {"dimensions": dimensions, "taken_on": now().date(), "format": "csv"} | values
    return add(db, Audience(account=of, **{"provenance": Provenance.FILE} | values))


def rate(db: Session, of: Creator, **values: Any) -> Rate:
    values = {"type": DeliverableType.REEL, "price_minor": 16_000, "currency": "eur"} | values
    return add(db, Rate(creator=of, **values))


def campaign(db: Session, of: Brand, **values: Any) -> Campaign:
    number = next(_numbers)
    status = values.pop("status", CampaignStatus.OPEN)
    values = {
        "title": "Spring boots",
        "slug": f"campaign-{number}",
        "about": "Boots that last.",
        "deliverables": [{"type": "reel", "count": 3, "note": ""}],
        "sought": {"country": ["SE"], "age_gender": ["25-34:female"], "interest": {"hiking": 8}},
        "required": {},
        "currency": "eur",
        "budget_minor": 200_000,
        "price_min_minor": 30_000,
        "price_max_minor": 60_000,
        "apply_by": now().date() + timedelta(days=14),
        "deliver_by": now().date() + timedelta(days=30),
        "rights": {"organic_days": 90},
        "disclosure": "Ad",
        "published_at": None if status == CampaignStatus.DRAFT else now(),
    } | values
    return add(db, Campaign(brand=of, status=status, **values))


def application(db: Session, to: Campaign, of: Creator | None = None, **values: Any) -> Application:
    values = {
        "pitch": "Reels from my own trails.",
        "price_minor": 48_000,
        "currency": "eur",
    } | values
    return add(db, Application(campaign=to, creator=of or creator(db), **values))


def product(db: Session, of: Brand, price_minor: int = 14_900, **values: Any) -> Product:
    number = next(_numbers)
    values = {"title": "Stig hiking boots", "handle": f"product-{number}"} | values
    values = {"commission_bps": 1200, "kind": "boots"} | values
    made = add(db, Product(brand=of, **values))
    variant = Variant(product=made, title="39", options={"Size": "39"}, currency="eur")
    variant.price_minor, variant.stock = price_minor, 5
    add(db, variant)
    return made


def deal(
    db: Session,
    of: Brand | None = None,
    to: Creator | None = None,
    status: DealStatus = DealStatus.OFFERED,
    **values: Any,
) -> Deal:
    """A deal in any state, with the times that state needs (but no money in the ledger)."""
    of, to = of or brand(db), to or creator(db)
    terms = {
        "title": "Three reels for spring boots",
        "deliverables": [{"type": "reel", "count": 3, "note": ""}],
        "rights": {"organic_days": 90},
        "disclosure": "Ad",
        "revisions": 1,
        "brand": of.name,
        "creator": to.name,
        "fee_bps": 1_000,
        "price_minor": 48_000,
        "currency": "eur",
    }
    values = {
        "title": "Three reels for spring boots",
        "currency": "eur",
        "price_minor": 48_000,
        "fee_minor": 4_800,
        "fee_bps": 1_000,
        "deliver_by": now().date() + timedelta(days=20),
        "due_at": now() + timedelta(days=3),
    } | values
    terms |= {name: values[name] for name in ("price_minor", "fee_bps", "currency")}
    if values.get("surcharge_minor"):
        terms |= {"stripe_fee_by": "brand", "surcharge_minor": values["surcharge_minor"]}
    made = Deal(brand=of, creator=to, status=status, **values)
    before = (DealStatus.OFFERED, DealStatus.DECLINED, DealStatus.WITHDRAWN, DealStatus.EXPIRED)
    if status not in before:
        made.accepted_at, made.terms = now(), terms
        made.terms_hash = terms_digest(terms)
        if status not in (DealStatus.ACCEPTED, DealStatus.CANCELLED):
            made.funded_at = now()
    if status == DealStatus.RELEASED:
        made.released_at = now()
    add(db, made)
    offer = Offer(deal=made, number=1, person_id=of.person_id, terms=terms, currency="eur")
    offer.price_minor = made.price_minor
    add(db, offer)
    return made
