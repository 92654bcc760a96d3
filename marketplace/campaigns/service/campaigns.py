"""A campaign from its first words to its end."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.campaigns.words import DIMENSIONS, MISSING
from marketplace.kit.clock import now, today
from marketplace.kit.jobs import enqueue
from marketplace.kit.slugs import free_slug
from models import (
    Brand,
    Campaign,
    CampaignStatus,
    Invitation,
    InvitationStatus,
    Money,
    Person,
    Product,
    Refused,
)


def start(db: Session, brand: Brand, *, currency: str, by: Person, **data: Any) -> Campaign:
    """Begin a draft with what the first step asks. Only its brand sees it."""
    slug = free_slug(db, Campaign, data["title"])
    campaign = Campaign(brand=brand, slug=slug, currency=currency, title=data["title"])
    campaign.status, campaign.sought, campaign.required = CampaignStatus.DRAFT, {}, {}
    db.add(campaign)
    _save_product(campaign, **data)
    campaign.tell("start", by=by)
    return campaign


def save_step(db: Session, campaign: Campaign, name: str, *, by: Person, **data: Any) -> None:
    """Keep one step of a draft, as its schema loads it."""
    campaign.lock()
    if campaign.status != CampaignStatus.DRAFT:
        raise Refused(_("This campaign is published. What creators have read stays as it is."))
    _SAVE[name](campaign, **data)
    campaign.tell("save", by=by, step=name)


def as_if(campaign: Campaign | None, name: str, *, currency: str, **data: Any) -> Campaign:
    """The campaign as it would be with this step kept. It is kept nowhere: for looking only."""
    blank: dict[str, Any] = {"sought": {}, "required": {}, "deliverables": [], "title": ""}
    columns = campaign.__table__.columns if campaign else ()
    known = {column.key: getattr(campaign, column.key) for column in columns}
    tried = Campaign(**{"currency": currency, **blank, **known})
    if name == "product":
        data = {**data, "product": None}
    _SAVE[name](tried, **data)
    return tried


def _save_product(
    campaign: Campaign, *, title: str, about: str, product: Product | None, product_text: str
) -> None:
    campaign.title, campaign.about = title, about
    campaign.product, campaign.product_text = product, product_text


def _save_audience(
    campaign: Campaign,
    *,
    weights: dict[str, int],
    required_countries: list[str],
    required_languages: list[str],
    required_platforms: list[str],
    avoid: Sequence[str] = (),
    most_followers: int | None = None,
    **sought: Any,
) -> None:
    chosen = {name: sought[name] for name in DIMENSIONS if sought.get(name)}
    kept = {name: weight for name, weight in weights.items() if name in chosen}
    campaign.sought = chosen | ({"weights": kept} if kept else {})
    required = {
        "countries": required_countries,
        "languages": required_languages,
        "platforms": [str(one) for one in required_platforms],
        "avoid": list(avoid),
        "most_followers": most_followers,
    }
    campaign.required = {name: asked for name, asked in required.items() if asked}


def _save_work(
    campaign: Campaign,
    *,
    deliverables: list[dict[str, Any]],
    rights: dict[str, Any],
    revisions: int,
    disclosure: str,
) -> None:
    campaign.deliverables, campaign.rights = deliverables, rights
    campaign.revisions, campaign.disclosure = revisions, disclosure


def _save_price(
    campaign: Campaign,
    *,
    budget: Money | None,
    price_min: Money | None,
    price_max: Money | None,
    commission: int | None,
    apply_by: date | None,
    deliver_by: date | None,
) -> None:
    campaign.budget_minor = budget.minor if budget else None
    campaign.price_min_minor = price_min.minor if price_min else None
    campaign.price_max_minor = price_max.minor if price_max else None
    campaign.commission_bps = commission
    campaign.apply_by, campaign.deliver_by = apply_by, deliver_by


_SAVE: dict[str, Callable[..., None]] = {
    "product": _save_product,
    "audience": _save_audience,
    "work": _save_work,
    "price": _save_price,
}


def publish(db: Session, campaign: Campaign, *, by: Person) -> None:
    """Show it to creators. Refused while something is missing, and then says what."""
    campaign.lock()
    absent = [str(MISSING[name]) for name in campaign.missing]
    if absent and campaign.may("publish"):
        raise Refused(_("Before you publish: %(what)s.", what="; ".join(absent)))
    campaign.move("publish", by=by, also={"published_at": now()})
    _tell_whom_it_fits(db, campaign)


def _tell_whom_it_fits(db: Session, campaign: Campaign) -> None:
    """By a job: matches, which know whom it fits, stand above us."""
    id = str(campaign.id)
    enqueue(db, "tell_of_campaign", once=f"tell_of_campaign:{id}", id=id)


def close(db: Session, campaign: Campaign, *, by: Person) -> None:
    """Take no more applications. Invitations nobody answered end; applications stay."""
    campaign.move("close", by=by, also={"closed_at": now()})
    waiting = select(Invitation).where(
        Invitation.campaign_id == campaign.id, Invitation.status == InvitationStatus.SENT
    )
    for invitation in db.scalars(waiting.with_for_update()):
        invitation.move("expire", by=by)


def reopen(db: Session, campaign: Campaign, *, by: Person) -> None:
    campaign.lock()
    if campaign.apply_by and campaign.apply_by < today():
        raise Refused(_("The last day to apply has passed. Give it a later one, then reopen it."))
    campaign.move("reopen", by=by, also={"closed_at": None})
    _tell_whom_it_fits(db, campaign)


def extend(
    db: Session,
    campaign: Campaign,
    *,
    budget: Money,
    apply_by: date,
    deliver_by: date,
    by: Person,
) -> None:
    """More money or more time for what is published; never less than creators were told."""
    campaign.lock()
    if campaign.status == CampaignStatus.DRAFT:
        raise Refused(_("This campaign is a draft. Change its price and dates there."))
    sooner = apply_by < (campaign.apply_by or apply_by)
    sooner = sooner or deliver_by < (campaign.deliver_by or deliver_by)
    if sooner or budget.minor < (campaign.budget_minor or 0):
        raise Refused(_("What creators were told can be raised and put off, not cut."))
    campaign.budget_minor = budget.minor
    campaign.apply_by, campaign.deliver_by = apply_by, deliver_by
    campaign.tell(
        "extend",
        by=by,
        budget_minor=budget.minor,
        apply_by=apply_by.isoformat(),
        deliver_by=deliver_by.isoformat(),
    )
