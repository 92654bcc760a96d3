"""The people and things the story begins with, brought in the way anybody would bring them."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import service as accounts
from marketplace.admin import service as admin
from marketplace.brands import service as brands
from marketplace.campaigns import service as campaigns
from marketplace.creators import formats
from marketplace.creators import service as creators
from marketplace.creators.formats import roster as rosters
from marketplace.kit.clock import today
from marketplace.matches import queries as matches
from marketplace.matches import service as seen
from marketplace.notices import service as notices
from marketplace.shop import service as shop
from marketplace.shop.schemas import shopify
from models import (
    Campaign,
    DeliverableType,
    Money,
    Person,
    PersonKind,
    PlatformAccount,
    Product,
    Provenance,
)

from . import PASSWORD, PEOPLE, audiences
from .briefs import BriefTold
from .people import ADMIN, BRANDS, IDA, BrandTold
from .products import CATALOGUE, export
from .roster import AccountSketch, Sketch, as_csv, usual_prices
from .shelves import SHELVES
from .stage import Stage, Unplayable


def people(stage: Stage) -> None:
    """Those who sign in, and the brands."""
    with stage.unit() as db:
        admin.create_admin(db, name=ADMIN[0], email=ADMIN[1], password=PASSWORD)
        for brand in BRANDS:
            _brand(db, brand)
        accounts.sign_up(
            db, kind=PersonKind.CREATOR, name=IDA.name, email=IDA.email, password=PASSWORD
        )
    for brand in BRANDS:
        stage.onboard(brand.email, brand.country)


def _brand(db: Session, told: BrandTold) -> None:
    person = accounts.sign_up(
        db,
        kind=PersonKind.BRAND,
        name=told.person,
        email=told.email,
        password=PASSWORD,
        brand_name=told.name,
    )
    assert person.brand is not None
    brands.save_profile(
        db,
        person.brand,
        name=told.name,
        about=told.about,
        website=told.website,
        country=told.country,
        returns_address=told.returns_address,
        by=person,
    )
    _quiet(db, person)


def _quiet(db: Session, person: Person) -> None:
    """Only those who can be signed in as want mails."""
    wants = person.email in {email for _, email, _ in PEOPLE}
    accounts.change_settings(
        db,
        by=person,
        name=person.name,
        theme=person.theme,
        timezone=person.timezone,
        wants_mail=wants,
    )


def roster(stage: Stage, random: Random, sketches: list[Sketch]) -> None:
    """A list of creators in one file, then their prices."""
    with stage.unit() as db:
        creators.bring(db, rosters.read(as_csv(sketches)), invite=False)
        for one in sketches:
            creator = stage.creator(db, one.email)
            _quiet(db, creator.person)
            if one.email == IDA.email:
                _profile(db, creator.person, one)
            if random.random() < 0.85 or one.email in SHELVES:
                prices = usual_prices(one, random).items()
                currency = stage.config.currency
                given = {DeliverableType(kind): Money(n * 100, currency) for kind, n in prices}
                creators.set_prices(db, creator, given)


def _profile(db: Session, person: Person, one: Sketch) -> None:
    creators.save_profile(
        db,
        by=person,
        name=one.name,
        about=one.about,
        country=one.country,
        city=one.city,
        languages=list(one.languages),
        topics=list(one.topics),
        is_available=True,
    )


def listeners(stage: Stage, sketches: list[Sketch], *, late: bool) -> None:
    """Audiences: most from a file of the last weeks, some old, a few typed in, a few unknown."""
    with stage.unit() as db:
        for one in sketches:
            is_told = one.email in SHELVES
            # The same at both visits: what becomes of a creator's numbers.
            fate = 0.5 if is_told else Random(one.email).random()
            if late == (fate < 0.8) or is_told:
                for account in one.accounts:
                    _audience(db, one, account, fate)


def _audience(db: Session, one: Sketch, sketch: AccountSketch, fate: float) -> None:
    """`fate` below 0.92: a file; below 0.96: typed in; else nothing is known."""
    random = Random(f"{sketch.platform} {sketch.handle}")
    account = db.scalars(
        select(PlatformAccount).where(
            PlatformAccount.platform == sketch.platform, PlatformAccount.handle == sketch.handle
        )
    ).one()
    heard = audiences.Listeners(random, one, sketch)
    if fate >= 0.96:
        return
    if fate >= 0.92:
        creators.declare_audience(db, account, **audiences.typed(heard))
        return
    day = today() - timedelta(days=random.randint(0, 20))
    is_instagram = sketch.platform == "instagram"
    content = audiences.instagram(heard, day) if is_instagram else audiences.table(heard)
    parsed = formats.read(content)
    if parsed.problems:
        raise Unplayable(f"{one.name}: {parsed.problems[0]}")
    creators.keep_audience(
        db,
        account,
        provenance=Provenance.FILE,
        format=parsed.format,
        dimensions=parsed.dimensions,
        taken_on=parsed.taken_on or day,
        file_name="follower_demographics.json" if is_instagram else "audience.csv",
    )


def goods(stage: Stage) -> None:
    """Every brand's export, in the dialect its shop speaks."""
    currency = stage.config.currency
    with stage.unit() as db:
        for brand in BRANDS:
            sheet = shopify.read(export(brand.slug), currency)
            if sheet.problems:
                raise Unplayable(f"{brand.name}: {sheet.problems[0].text}")
            shop.import_products(
                db,
                stage.brand(db, brand.name),
                sheet.products,
                currency=currency,
                commission_bps=CATALOGUE[brand.slug][0] * 100,
                by=None,
            )


def shelf(stage: Stage, email: str) -> None:
    with stage.unit() as db:
        person = stage.person(db, email)
        for place, (title, quote, section) in enumerate(SHELVES[email]):
            product = db.scalars(select(Product).where(Product.title == title)).unique().one()
            item = shop.add(db, product, by=person)
            shop.describe(db, item, section=section, quote=quote, is_featured=place == 0, by=person)


def campaign(stage: Stage, told: BriefTold) -> None:
    """Step by step, as the form asks; then published, unless it is a draft."""
    with stage.unit() as db:
        brand = next(one for one in BRANDS if one.slug == told.brand)
        owner = stage.brand(db, brand.name)
        product = db.scalars(select(Product).where(Product.title == told.product)).unique().one()
        first = {"title": told.title, "about": told.about, "product": product, "product_text": ""}
        made = campaigns.start(db, owner, currency=stage.config.currency, by=owner.person, **first)
        steps = {"audience": _sought(told), "work": _work(told, brand.name)}
        steps["price"] = _price(stage, told)
        for name, data in steps.items():
            campaigns.save_step(db, made, name, by=owner.person, **data)
        if not told.is_draft:
            campaigns.publish(db, made, by=owner.person)


def _sought(told: BriefTold) -> dict[str, object]:
    return {
        "age_gender": list(told.age_gender),
        "country": list(told.countries),
        "language": list(told.languages),
        "interest": told.interests,
        "weights": told.weights,
        "required_countries": list(told.required_countries),
        "required_languages": [],
        "required_platforms": [],
    }


def _work(told: BriefTold, brand: str) -> dict[str, object]:
    first = next(iter(told.work))
    made = [
        {"type": kind, "count": count, "note": told.note if kind == first else ""}
        for kind, count in told.work.items()
    ]
    rights = {"organic_days": 90, "ads_days": 0, "exclusive_days": 0, "note": ""}
    disclosure = f"Ad · paid partnership with {brand}"
    return {"deliverables": made, "rights": rights, "revisions": 1, "disclosure": disclosure}


def _price(stage: Stage, told: BriefTold) -> dict[str, object]:
    def euros(amount: int) -> Money:
        return Money(amount * 100, stage.config.currency)

    last_day: date = stage.end.date() - timedelta(days=told.until)
    return {
        "budget": euros(told.budget),
        "price_min": euros(told.prices[0]) if told.prices else None,
        "price_max": euros(told.prices[1]) if told.prices else None,
        "commission": told.commission * 100 if told.commission else None,
        "apply_by": last_day,
        "deliver_by": last_day + timedelta(days=24),
    }


def look(stage: Stage, told: BriefTold) -> None:
    """Its brand looks at who fits, on some days further down."""
    with stage.unit() as db:
        made: Campaign = stage.campaign(db, told.title)
        for number in range(1, 3 if today().day % 3 == 0 else 2):
            page, _fitting = matches.for_campaign(db, made, number=number)
            seen.show(db, made, page.rows)


def close(stage: Stage, told: BriefTold) -> None:
    with stage.unit() as db:
        made: Campaign = stage.campaign(db, told.title)
        campaigns.close(db, made, by=made.brand.person)


def read_everything(stage: Stage) -> None:
    """Notices of long ago have been read."""
    with stage.unit() as db:
        for person in db.scalars(select(Person)).unique():
            notices.read_all(db, by=person)
