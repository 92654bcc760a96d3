"""Who was seen: noted as it happens, counted at night, and owed to whoever had too little."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from marketplace.matches import service
from marketplace.matches.queries import exposure as seen
from matching import exposure
from models import (
    Campaign,
    CampaignStatus,
    Creator,
    Exposure,
    ExposureBand,
    Impression,
    Showing,
    SizeBand,
    SlotKind,
)
from tests import builders
from tests.marketplace.matches.test_pages import measured, url

DAY = timedelta(days=1)


@pytest.fixture
def campaign(db: Session) -> Campaign:
    return builders.campaign(db, builders.brand(db))


def crowd(db: Session, size: int = 20) -> list[Creator]:
    made = [measured(db, f"Creator {n:02}", 0.7 - n / 400) for n in range(size)]
    db.commit()
    return made


def a_day_passes(db: Session, days: int = 1) -> None:
    """What was shown today was shown so many days ago."""
    for table in (Showing, Impression):
        db.execute(update(table).where(table.day == today()).values(day=today() - days * DAY))
    db.commit()


def impressions(db: Session) -> list[Impression]:
    db.expire_all()
    return list(db.scalars(select(Impression).order_by(Impression.position)))


def test_a_list_that_is_shown_is_noted_once_a_day(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    crowd(db)
    client.sign_in(campaign.brand.person)
    for _ in range(3):
        client.get(url(campaign))
    rows = impressions(db)
    assert [row.position for row in rows] == list(range(1, 13))
    assert [row.kind for row in rows if row.position % 5 == 0] == [SlotKind.DRAWN] * 2
    assert all((row.propensity < 1) == (row.kind == SlotKind.DRAWN) for row in rows)
    showing = db.scalars(select(Showing)).one()
    assert showing.pool == 20
    assert len(showing.fitting) == len(set(showing.fitting)) > 12
    client.get(url(campaign, "?page=2"))
    assert len(impressions(db)) == 20
    assert db.scalar(select(func.count()).select_from(Showing)) == 1


def test_noting_costs_one_statement(db: Session, client: FlaskClient, campaign: Campaign) -> None:
    crowd(db)
    client.sign_in(campaign.brand.person)
    said: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "INSERT" in statement:
            said.append(statement)

    engine = client.application.extensions["engine"]
    event.listen(engine, "before_cursor_execute", listen)
    client.get(url(campaign))
    event.remove(engine, "before_cursor_execute", listen)
    assert len([one for one in said if "impressions" in one]) == 1


def test_an_order_the_brand_chose_is_noted_as_such(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    crowd(db)
    client.sign_in(campaign.brand.person).get(url(campaign, "?small_first=yes"))
    assert {row.kind for row in impressions(db)} == {SlotKind.SORTED}
    a_day_passes(db)
    service.tick(db)
    # Nobody was passed over by our order, so nobody is owed anything; who was seen was seen.
    assert db.scalar(select(func.sum(Exposure.due))) == 0
    assert db.scalar(select(func.sum(Exposure.times))) == 12


@pytest.mark.parametrize("status", [CampaignStatus.DRAFT, CampaignStatus.CLOSED])
def test_a_campaign_that_takes_nobody_on_shows_nobody(
    db: Session, client: FlaskClient, status: CampaignStatus
) -> None:
    campaign = builders.campaign(db, builders.brand(db), status=status)
    crowd(db, 3)
    client.sign_in(campaign.brand.person).get(url(campaign))
    assert impressions(db) == []


def test_a_page_that_refuses_notes_nothing(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    crowd(db, 3)
    client.sign_in(campaign.brand.person)
    client.get(url(campaign, "?most=cheap"))
    client.get(url(campaign, "?page=7"))
    assert impressions(db) == []


def test_a_night_counts_what_was_due_and_what_was_had(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    made = crowd(db)
    client.sign_in(campaign.brand.person).get(url(campaign))
    assert service.tick(db) == 0
    a_day_passes(db)
    fits = len(db.scalars(select(Showing.fitting)).one())
    rows = {row.creator_id: row for row in impressions(db)}
    share = exposure.due(range(1, 13), fits)
    assert service.tick(db) == 1
    db.commit()
    counted = {one.creator_id: one for one in db.scalars(select(Exposure))}
    month = (today() - DAY).replace(day=1)
    assert {one.month for one in counted.values()} == {month}
    for one in made:
        mine, row = counted.get(one.id), rows.get(one.id)
        if mine is None:
            continue
        assert mine.times == (1 if row else 0)
        assert mine.shown == pytest.approx(exposure.worth(row.position) if row else 0)
        assert mine.due == pytest.approx(share)
        assert mine.owed == pytest.approx(exposure.credit(0, mine.due, mine.shown))
    assert len(counted) == fits
    assert sum(one.due for one in counted.values()) == pytest.approx(
        sum(exposure.worth(row.position) for row in rows.values())
    )
    # Counted once, and who fitted is not kept.
    assert service.tick(db) == 0
    assert db.scalars(select(Showing.fitting)).one() == []


def test_whoever_was_short_moves_up_and_credit_goes_over_into_the_next_month(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    crowd(db)
    client.sign_in(campaign.brand.person)
    last = today().replace(day=1) - DAY
    ever = set()
    for _ in range(12):
        client.get(url(campaign))
        ever |= {row.creator_id for row in impressions(db) if row.day == today()}
        for table in (Showing, Impression):
            db.execute(update(table).where(table.day == today()).values(day=last))
        service.tick(db)
        db.execute(delete(Impression))
        db.execute(delete(Showing))
        db.commit()
    assert len(ever) == 20
    most = select(Exposure.creator_id).order_by(Exposure.owed.desc()).limit(1)
    own = seen.own(db, db.scalars(most).one())
    assert own.month == today().replace(day=1)
    assert own.times == 0
    assert own.owed > 0


def test_days_are_counted_in_their_order_after_a_night_that_was_missed(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    crowd(db)
    client.sign_in(campaign.brand.person)
    for days in (3, 2, 1):
        client.get(url(campaign))
        a_day_passes(db, days)
    assert service.tick(db) == 3
    times = db.scalar(select(func.sum(Exposure.times)))
    assert times == 36


def test_bands_count_by_size_and_months_say_their_shares(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    made = crowd(db, 20)
    for number, one in enumerate(made):
        one.accounts[0].followers = (500, 20_000, 100_000, 2_000_000)[number % 4]
    made[0].is_available = False
    db.commit()
    client.sign_in(campaign.brand.person).get(url(campaign))
    a_day_passes(db)
    service.tick(db)
    db.commit()
    (month,) = seen.months(db)
    assert [one.band for one in month.bands] == list(SizeBand)
    assert [one.eligible for one in month.bands] == [4, 5, 5, 5]
    assert month.times == 12
    assert not month.is_enough
    assert sum(one.of_shown for one in month.bands) == pytest.approx(1)
    assert sum(one.of_eligible for one in month.bands) == pytest.approx(1)
    shown, due = (sum(getattr(one, n) for one in month.bands) for n in ("shown", "due"))
    assert shown == pytest.approx(due)


def test_the_same_list_is_shown_whatever_sizes_are(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    made = crowd(db)
    client.sign_in(campaign.brand.person)
    before = client.get(f"/campaigns/{campaign.slug}/matches.json").json
    for number, one in enumerate(made):
        one.accounts[0].followers *= (1, 100, 10_000)[number % 3]
    db.commit()
    after = client.get(f"/campaigns/{campaign.slug}/matches.json").json
    assert before["rows"] == after["rows"]
    assert before["arrangement"] == after["arrangement"]


def test_impressions_are_forgotten_after_their_time_and_months_are_not(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    crowd(db, 3)
    client.sign_in(campaign.brand.person).get(url(campaign))
    for table in (Showing, Impression):
        db.execute(update(table).values(day=today() - timedelta(days=service.KEPT_DAYS + 1)))
    service.forget(db)
    assert len(impressions(db)) == 3
    service.tick(db)
    service.forget(db)
    assert impressions(db) == []
    assert db.scalar(select(func.count()).select_from(Showing)) == 0
    assert db.scalar(select(func.count()).select_from(ExposureBand)) == len(SizeBand)


def test_a_month_is_its_first_day(db: Session) -> None:
    made = builders.creator(db)
    with pytest.raises(Exception, match="month_is_its_first_day"):
        builders.add(db, Exposure(creator_id=made.id, month=date(2026, 11, 2)))


def counted(db: Session, client: FlaskClient, campaign: Campaign) -> None:
    client.sign_in(campaign.brand.person).get(url(campaign))
    a_day_passes(db)
    service.tick(db)
    db.commit()
    client.post("/sign-out")


def test_the_public_page_says_who_was_seen_beside_who_could_be(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    assert "Nothing is counted yet" in client.get("/seen").text
    made = crowd(db, 24)
    for one in made[:12]:
        one.accounts[0].followers = 60_000
    db.commit()
    counted(db, client, campaign)
    assert "too few to say" in client.get("/seen").text
    month = today().replace(day=1)
    db.execute(update(ExposureBand).values(times=ExposureBand.times * 9, month=month))
    db.commit()
    page = client.get("/seen").text
    assert "Creators under 10,000 followers were 50% of who could be shown in" in page
    assert "within 3 points of the creator in place 9" in page
    assert "more than 6 points better" in page
    lines = client.get("/seen.csv").text.splitlines()
    assert lines[0] == "month,followers,eligible,fitting,impressions,shown,due"
    assert lines[1].startswith(f"{month.isoformat()[:7]},under_10k,12,")
    assert len(lines) == 1 + len(SizeBand)


def test_a_creator_sees_how_often_they_were_shown_this_month(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    made = crowd(db, 2)
    client.sign_in(made[0].person)
    assert "have not seen you on a list this month yet" in client.get("/deals-that-fit").text
    client.sign_in(campaign.brand.person).get(url(campaign))
    page = client.sign_in(made[0].person).get("/deals-that-fit").text
    assert "Brands saw you 1 time this month, for 1 campaign." in page
    assert "less than your share" not in page
    month = today().replace(day=1)
    builders.add(db, Exposure(creator_id=made[0].id, month=month, owed=1.5))
    db.commit()
    assert "less than your share" in client.get("/deals-that-fit").text
