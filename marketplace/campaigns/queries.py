"""What there is to read of campaigns, always for someone."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Select, Text, case, cast, exists, func, not_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace.kit.clock import today
from models import (
    Application,
    ApplicationStatus,
    Brand,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    DealStatus,
    Event,
    Invitation,
    InvitationStatus,
    Money,
    Person,
    PlatformAccount,
    Product,
    ProductStatus,
    Rate,
)
from models.dispute import given_back
from models.exclusive import bindings
from models.taxonomy import groups_of

_NEVER_AGREED = (
    DealStatus.OFFERED,
    DealStatus.DECLINED,
    DealStatus.WITHDRAWN,
    DealStatus.EXPIRED,
    DealStatus.CANCELLED,
    DealStatus.REFUNDED,
)
_PAID = (DealStatus.RELEASED, DealStatus.SETTLED)


@dataclass(slots=True)
class Line:
    """One campaign on its brand's list, with what has come of it."""

    campaign: Campaign
    applications: int = 0
    waiting: int = 0
    deals: int = 0
    # Minor units of the campaign's currency.
    paid: int = 0
    held: int = 0
    agreed: int = 0

    @property
    def used(self) -> Money:
        return Money(self.paid + self.held + self.agreed, self.campaign.currency)


def own_list(db: Session, *, for_: Person) -> list[Line]:
    """Every campaign of a brand: open ones first, then drafts, then closed ones."""
    assert for_.brand is not None
    order = case(
        (Campaign.status == CampaignStatus.OPEN, 0),
        (Campaign.status == CampaignStatus.DRAFT, 1),
        else_=2,
    )
    campaigns = db.scalars(
        select(Campaign)
        .where(Campaign.brand_id == for_.brand.id)
        .order_by(order, Campaign.created_at.desc())
    )
    return _lines(db, campaigns)


def open_list(db: Session, *, for_: Brand) -> list[Line]:
    """The campaigns a brand has open, the newest first."""
    campaigns = db.scalars(
        select(Campaign)
        .where(Campaign.brand_id == for_.id, Campaign.status == CampaignStatus.OPEN)
        .order_by(Campaign.published_at.desc())
    )
    return _lines(db, campaigns)


def one_line(db: Session, campaign: Campaign) -> Line:
    return _lines(db, [campaign])[0]


def _lines(db: Session, campaigns: Iterable[Campaign]) -> list[Line]:
    lines = {campaign.id: Line(campaign) for campaign in campaigns}
    _count_applications(db, lines)
    _add_up_deals(db, lines)
    return list(lines.values())


def _count_applications(db: Session, lines: Mapping[uuid.UUID, Line]) -> None:
    sent = func.count().filter(Application.status == ApplicationStatus.SENT)
    rows = select(Application.campaign_id, func.count(), sent).where(
        Application.campaign_id.in_(lines), Application.status != ApplicationStatus.WITHDRAWN
    )
    for campaign_id, everything, waiting in db.execute(rows.group_by(Application.campaign_id)):
        lines[campaign_id].applications, lines[campaign_id].waiting = everything, waiting


def _add_up_deals(db: Session, lines: Mapping[uuid.UUID, Line]) -> None:
    def some(condition: Any, of: Any = Deal.price_minor) -> Any:
        return func.coalesce(func.sum(of).filter(condition), 0)

    rows = (
        select(
            Deal.campaign_id,
            func.count(),
            some(Deal.status.in_(_PAID), Deal.price_minor - given_back())
            + some(Deal.status.not_in(_PAID), Deal.passed_minor),
            some(
                Deal.status.not_in([*_PAID, DealStatus.ACCEPTED]),
                Deal.price_minor - Deal.passed_minor,
            ),
            some(Deal.status == DealStatus.ACCEPTED),
        )
        .where(Deal.campaign_id.in_(lines), Deal.status.not_in(_NEVER_AGREED))
        .group_by(Deal.campaign_id)
    )
    for campaign_id, deals, paid, held, agreed in db.execute(rows):
        line = lines[campaign_id]
        line.deals = deals
        line.paid, line.held, line.agreed = int(paid), int(held), int(agreed)


def open_of(db: Session, brand: Brand) -> list[Campaign]:
    """A brand's campaigns that can invite today."""
    found = select(Campaign).where(Campaign.brand_id == brand.id, *_taking_applications())
    return list(db.scalars(found.order_by(Campaign.created_at.desc())))


def _taking_applications() -> tuple[Any, ...]:
    return Campaign.status == CampaignStatus.OPEN, Campaign.apply_by >= today()


def browse(*, interest: str | None, country: str | None) -> Select[Any]:
    """Open campaigns for anyone, the newest first."""
    query = (
        select(Campaign)
        .join(Campaign.brand)
        .join(Brand.person)
        .where(*_taking_applications(), Person.suspended_at.is_(None))
        .options(contains_eager(Campaign.brand))
        .order_by(Campaign.published_at.desc(), Campaign.id)
    )
    if interest:
        query = query.where(Campaign.sought["interest"].has_key(interest))
    if country:
        query = query.where(Campaign.sought["country"].contains([country]))
    return query


def products_of(db: Session, brand: Brand) -> list[Product]:
    found = select(Product).where(
        Product.brand_id == brand.id, Product.status == ProductStatus.ACTIVE
    )
    return list(db.scalars(found.order_by(Product.title)).unique())


def last_saved(db: Session, campaign: Campaign) -> datetime | None:
    return db.scalar(
        select(func.max(Event.at)).where(
            Event.subject_type == "campaigns", Event.subject_id == campaign.id
        )
    )


# Who could do it


def eligible(required: Mapping[str, Any]) -> Select[Any]:
    """Ids of the creators who take work now and pass a campaign's hard requirements."""
    query = (
        select(Creator.id)
        .join(Creator.person)
        .where(Creator.is_available, Person.suspended_at.is_(None))
    )
    if countries := required.get("countries"):
        query = query.where(Creator.country.in_(countries))
    if languages := required.get("languages"):
        query = query.where(Creator.languages.op("?|")(cast(languages, ARRAY(Text))))
    if avoid := required.get("avoid"):
        query = query.where(not_(Creator.also_about.has_any(cast(avoid, ARRAY(Text)))))
    accounts = select(PlatformAccount.id).where(PlatformAccount.creator_id == Creator.id)
    if most := required.get("most_followers"):
        accounts = accounts.where(PlatformAccount.followers <= most)
    if platforms := required.get("platforms"):
        accounts = accounts.where(PlatformAccount.platform.in_(platforms))
    return query.where(exists(accounts))


def named(db: Session, slugs: Sequence[str]) -> dict[str, Creator]:
    """Creators by their address, in the order asked for; whoever is suspended has none."""
    # What is no address at all, a database would not even take.
    asked = [one for one in slugs if one.isascii() and one.isprintable()]
    found = db.scalars(
        select(Creator)
        .join(Creator.person)
        .where(Creator.slug.in_(asked), Person.suspended_at.is_(None))
    )
    by_slug = {one.slug: one for one in found.unique()}
    return {slug: by_slug[slug] for slug in slugs if slug in by_slug}


def lacks(db: Session, campaign: Campaign, creator: Creator) -> list[str]:
    """What of a campaign's hard requirements one creator does not have, as words.LACKS names it."""
    on = {account.platform.value for account in creator.accounts}
    asked = campaign.required
    most = asked.get("most_followers")
    small = [one for one in creator.accounts if most is None or one.followers <= most]
    countries, languages, platforms = (
        set(asked.get(name, ())) for name in ("countries", "languages", "platforms")
    )
    absent = {
        "account": not on,
        "countries": bool(countries) and creator.country not in countries,
        "languages": bool(languages) and not languages & set(creator.languages),
        "platforms": bool(on) and bool(platforms) and not platforms & on,
        "most_followers": bool(on) and not small,
        "avoid": bool(set(asked.get("avoid", ())) & set(creator.also_about)),
        "bound": is_bound(db, campaign, creator),
    }
    return [name for name, is_absent in absent.items() if is_absent]


def is_bound(db: Session, campaign: Campaign, creator: Creator) -> bool:
    """Whether another brand of the same interests has this creator to itself for now."""
    groups = groups_of(campaign.sought.get("interest", ()))
    bound = bindings(today()).where(
        Deal.creator_id == creator.id, Deal.brand_id != campaign.brand_id
    )
    return bool(groups) and any(
        groups & groups_of(row.interests or ()) for row in db.execute(bound)
    )


def prices_of(
    db: Session, campaign: Campaign, creators: Sequence[Creator]
) -> dict[uuid.UUID, Money]:
    """What all of the work costs at each one's own prices; who leaves one open isn't in it."""
    counts = {one["type"]: one["count"] for one in campaign.deliverables}
    rates = select(Rate).where(
        Rate.creator_id.in_([one.id for one in creators]),
        Rate.currency == campaign.currency,
        Rate.type.in_(counts),
    )
    found: dict[uuid.UUID, list[int]] = {}
    for rate in db.scalars(rates):
        found.setdefault(rate.creator_id, []).append(rate.price_minor * counts[rate.type])
    return {
        who: Money(sum(each), campaign.currency)
        for who, each in found.items()
        if len(each) == len(counts)
    }


# Invitations and applications


def applications_to(db: Session, campaign: Campaign) -> list[Application]:
    """Those that wait for an answer first, each group the newest first."""
    waits = case((Application.status == ApplicationStatus.SENT, 0), else_=1)
    return list(
        db.scalars(
            select(Application)
            .where(Application.campaign_id == campaign.id)
            .options(joinedload(Application.creator))
            .order_by(waits, Application.created_at.desc())
            .limit(500)
        )
    )


def invitations_to(db: Session, campaign: Campaign) -> list[Invitation]:
    return list(
        db.scalars(
            select(Invitation)
            .where(
                Invitation.campaign_id == campaign.id,
                Invitation.status != InvitationStatus.ACCEPTED,
            )
            .options(joinedload(Invitation.creator))
            .order_by(Invitation.created_at.desc())
            .limit(500)
        )
    )


def invitations_of(db: Session, creator: Creator) -> list[Invitation]:
    """Invitations a creator has not answered, the nearest deadline first."""
    return list(
        db.scalars(
            select(Invitation)
            .where(Invitation.creator_id == creator.id, Invitation.status == InvitationStatus.SENT)
            .options(joinedload(Invitation.campaign).joinedload(Campaign.brand))
            .order_by(Invitation.due_at)
        )
    )


def applications_of(creator: Creator) -> Select[Any]:
    """A creator's applications, the newest first."""
    return (
        select(Application)
        .where(Application.creator_id == creator.id)
        .options(joinedload(Application.campaign).joinedload(Campaign.brand))
        .order_by(Application.created_at.desc(), Application.id)
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How one creator stands to one campaign."""

    invitation: Invitation | None = None
    application: Application | None = None

    @property
    def is_live(self) -> bool:
        live = (ApplicationStatus.SENT, ApplicationStatus.OFFERED)
        return self.application is not None and self.application.status in live


def standing(db: Session, campaign: Campaign, *, for_: Person | None) -> Standing:
    """The waiting invitation and the latest application of whoever looks, if a creator."""
    if for_ is None or for_.creator is None:
        return Standing()
    theirs = {"campaign_id": campaign.id, "creator_id": for_.creator.id}
    invitation = db.scalar(
        select(Invitation).filter_by(**theirs).where(Invitation.status == InvitationStatus.SENT)
    )
    application = db.scalar(
        select(Application).filter_by(**theirs).order_by(Application.created_at.desc()).limit(1)
    )
    return Standing(invitation, application)


def deals_of(db: Session, applications: Iterable[Application]) -> dict[uuid.UUID, Deal]:
    """The deal each application led to, by the application's id."""
    ids = [one.id for one in applications if one.status == ApplicationStatus.OFFERED]
    found = db.scalars(select(Deal).where(Deal.application_id.in_(ids))) if ids else ()
    return {deal.application_id: deal for deal in found if deal.application_id}
