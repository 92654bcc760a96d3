"""A creator hears once of each deal that fits, at the pace they chose, and can stop it."""

from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.campaigns import service as campaigns
from marketplace.creators import service as creators
from marketplace.kit import mail
from marketplace.matches import queries, service
from marketplace.matches.queries import alerts
from models import (
    Alert,
    AlertPace,
    Brand,
    Campaign,
    CampaignStatus,
    Creator,
    Notice,
    Platform,
    Provenance,
    Rate,
)
from models.clock import now
from tests import builders
from tests.marketplace.accounts.jobs import mails

NORDIC = {"country": {"n": 1000, "cells": {"SE": 0.95}}}


@pytest.fixture
def brand(db: Session) -> Brand:
    return builders.brand(db)


def fitting(db: Session, share: float = 0.95, **values: object) -> Creator:
    made = builders.creator(db, **values)
    dimensions = {"country": {"n": 1000, "cells": {"SE": share}}}
    builders.audience(db, builders.account(db, made), dimensions=dimensions)
    builders.add(db, Rate(creator=made, type="reel", price_minor=15_000, currency="eur"))
    return made


def opened(db: Session, brand: Brand, **values: object) -> Campaign:
    return builders.campaign(db, brand, **({"sought": {"country": ["SE"]}} | values))


def told(db: Session, creator: Creator) -> list[Notice]:
    found = select(Notice).where(Notice.person_id == creator.person_id)
    return list(db.scalars(found.order_by(Notice.created_at)).unique())


def jobs(db: Session, name: str) -> list[dict[str, str]]:
    query = text("SELECT args FROM procrastinate_jobs WHERE task_name = :name")
    return list(db.scalars(query, {"name": name}))


def test_publishing_asks_for_those_it_fits_to_be_told(db: Session, brand: Brand) -> None:
    campaign = opened(db, brand, status=CampaignStatus.DRAFT, product_text="Boots")
    campaigns.publish(db, campaign, by=brand.person)
    assert jobs(db, "tell_of_campaign") == [{"id": str(campaign.id)}]
    campaigns.close(db, campaign, by=brand.person)
    campaigns.reopen(db, campaign, by=brand.person)
    assert len(jobs(db, "tell_of_campaign")) == 1


def test_a_new_audience_asks_for_its_creator_to_be_told(db: Session) -> None:
    account = builders.account(db, builders.creator(db))
    for _ in range(2):
        creators.keep_audience(
            db,
            account,
            provenance=Provenance.FILE,
            format="csv",
            dimensions=NORDIC,
            taken_on=now().date(),
        )
    assert jobs(db, "tell_creator") == [{"id": str(account.creator_id)}]


def test_those_it_fits_are_told_once_and_nobody_else(db: Session, brand: Brand) -> None:
    ida, far = fitting(db), fitting(db, share=0.0)
    campaign = opened(db, brand)
    assert service.tell_of_campaign(db, campaign.id) == 1
    assert service.tell_of_campaign(db, campaign.id) == 0
    assert service.tell_creator(db, ida.id) == 0
    [notice] = told(db, ida)
    assert (notice.kind, notice.path) == ("deal_fits", f"/campaigns/{campaign.slug}")
    assert told(db, far) == []
    [alert] = db.scalars(select(Alert))
    [fit] = queries.for_creator(db, ida)
    assert fit.match
    assert alert.fit == round(fit.match.score)


def test_who_is_away_suspended_or_in_touch_is_not_told(db: Session, brand: Brand) -> None:
    campaign = opened(db, brand)
    fitting(db, is_available=False)
    fitting(db).person.suspended_at = now()
    builders.application(db, campaign, fitting(db))
    campaigns.invite(db, campaign, fitting(db), message="", by=brand.person)
    assert service.tell_of_campaign(db, campaign.id) == 0


def test_whom_it_fits_beyond_those_of_a_day_hears_on_the_next(
    db: Session, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.alerts, "MOST_TOLD", 2)
    best = [fitting(db, share=0.95 - n / 50) for n in range(6)]
    fitting(db, share=0.0)
    # Neither hears, and neither stands in the way of those behind them.
    service.choose(db, best[1], pace=AlertPace.DAILY, least=100)
    service.choose(db, best[2], pace=AlertPace.OFF, least=1)
    campaign = opened(db, brand)
    heard = []
    for _day in range(3):
        before = {one for one in best if told(db, one)}
        service.tell_of_campaign(db, campaign.id)
        heard.append([n for n, one in enumerate(best) if told(db, one) and one not in before])
        db.flush()
        db.execute(text("DELETE FROM procrastinate_jobs"))
        service.tick(db)
        assert jobs(db, "tell_of_campaign") == []
        if campaign.more_to_tell_at:
            campaign.more_to_tell_at = now() - timedelta(seconds=1)
            service.tick(db)
            assert jobs(db, "tell_of_campaign") == [{"id": str(campaign.id)}]
    assert heard == [[0, 3], [4, 5], []]
    assert campaign.more_to_tell_at is None


@pytest.mark.parametrize("end", ["closed", "passed", "suspended"])
def test_of_what_is_over_nobody_is_told(db: Session, brand: Brand, end: str) -> None:
    campaign = opened(db, brand)
    fitting(db)
    if end == "closed":
        campaigns.close(db, campaign, by=brand.person)
    elif end == "passed":
        campaign.apply_by = now().date() - timedelta(days=1)
    else:
        brand.person.suspended_at = now()
    db.flush()
    assert service.tell_of_campaign(db, campaign.id) == 0


def test_a_threshold_of_ones_own_holds(db: Session, brand: Brand) -> None:
    ida = fitting(db)
    campaign = opened(db, brand)
    [fit] = queries.for_creator(db, ida)
    assert fit.match
    service.choose(db, ida, pace=AlertPace.DAILY, least=int(fit.match.score) + 1)
    assert service.tell_of_campaign(db, campaign.id) == 0
    service.choose(db, ida, pace=AlertPace.DAILY, least=int(fit.match.score))
    assert service.tell_of_campaign(db, campaign.id) == 1


def test_at_once_mails_now_and_once_a_day_mails_in_the_morning(db: Session, brand: Brand) -> None:
    quick, daily = fitting(db), fitting(db)
    service.choose(db, quick, pace=AlertPace.AT_ONCE, least=40)
    service.tell_of_campaign(db, opened(db, brand).id)
    service.tell_of_campaign(db, opened(db, brand, title="Wool").id)
    assert [one["to"] for one in mails(db)] == [quick.person.email] * 2
    waiting = list(db.scalars(select(Alert).where(Alert.creator_id == daily.id)))
    zone = ZoneInfo(daily.person.timezone)
    assert [one.mail_at.astimezone(zone).hour for one in waiting if one.mail_at] == [8, 8]
    assert service.tick(db) == 0
    for one in waiting:
        one.mail_at = now()
    db.flush()
    assert service.tick(db) == 1
    letter = mails(db)[-1]
    assert letter["to"] == daily.person.email
    assert letter["subject"] == "2 new deals fit you"
    assert "Spring boots, by Fjällhem" in letter["text"]
    assert "Wool, by Fjällhem" in letter["text"]
    assert service.tick(db) == 0
    assert len(mails(db)) == 3


@pytest.mark.parametrize("pace", [AlertPace.HERE, AlertPace.OFF])
def test_who_wants_no_mail_gets_none(db: Session, brand: Brand, pace: AlertPace) -> None:
    ida = fitting(db)
    service.choose(db, ida, pace=pace, least=40)
    service.tell_of_campaign(db, opened(db, brand).id)
    assert len(told(db, ida)) == (pace == AlertPace.HERE)
    assert mails(db) == []
    assert list(db.scalars(select(Alert.mail_at).where(Alert.mail_at.is_not(None)))) == []


def test_mails_off_in_the_settings_are_off_here(db: Session, brand: Brand) -> None:
    ida = fitting(db)
    ida.person.wants_mail = False
    service.tell_of_campaign(db, opened(db, brand).id)
    assert len(told(db, ida)) == 1
    assert db.scalar(select(Alert.mail_at)) is None


def test_what_ended_before_the_morning_is_in_no_mail(db: Session, brand: Brand) -> None:
    fitting(db)
    campaign = opened(db, brand)
    service.tell_of_campaign(db, campaign.id)
    [alert] = db.scalars(select(Alert))
    alert.mail_at = now()
    campaigns.close(db, campaign, by=brand.person)
    service.tick(db)
    assert mails(db) == []
    assert service.tick(db) == 0


def test_several_at_once_are_one_notice(db: Session, brand: Brand) -> None:
    for title in ("One", "Two", "Three"):
        opened(db, brand, title=title)
    ida = fitting(db)
    assert service.tell_creator(db, ida.id) == 3
    [notice] = told(db, ida)
    assert (notice.kind, notice.path) == ("deals_fit", "/deals-that-fit")


def test_the_link_in_a_mail_stops_them_with_one_click(client, db: Session, brand: Brand) -> None:
    ida = fitting(db)
    service.choose(db, ida, pace=AlertPace.AT_ONCE, least=55)
    service.tell_of_campaign(db, opened(db, brand).id)
    [letter] = mails(db)
    assert letter["stop"] in letter["text"]
    db.commit()
    path = urlsplit(letter["stop"]).path
    page = client.get(path)
    assert "Stop mails about new deals?" in page.text
    db.expire_all()
    assert alerts.choice_of(db, ida).pace == AlertPace.AT_ONCE, "looking where it leads stops none"
    page = client.post(path, data={"do": "stop"})
    assert "You get no more mails about new deals" in page.text
    db.expire_all()
    assert alerts.choice_of(db, ida).pace == AlertPace.HERE
    assert alerts.choice_of(db, ida).least == 55
    again = client.post(path, data={"do": "again"})
    assert "again" in again.text
    db.expire_all()
    assert alerts.choice_of(db, ida).pace == AlertPace.DAILY
    client.post(path, data={"List-Unsubscribe": "One-Click"})
    db.expire_all()
    assert alerts.choice_of(db, ida).pace == AlertPace.HERE


def test_a_link_of_somebody_elses_making_stops_nothing(client, db: Session) -> None:
    assert client.get("/alerts/stop/abc").status_code == 404
    with client.application.app_context():
        from marketplace.kit.security import signed

        for token in (signed("other", "x"), signed("alerts", "no id"), signed("alerts", "")):
            assert client.get(f"/alerts/stop/{token}").status_code == 404


def test_who_turned_them_off_is_not_turned_on_by_an_old_link(db: Session) -> None:
    ida = fitting(db)
    service.choose(db, ida, pace=AlertPace.OFF, least=40)
    service.stop(db, ida)
    assert alerts.choice_of(db, ida).pace == AlertPace.OFF


def test_a_mail_program_finds_the_way_to_unsubscribe(app, db: Session) -> None:
    mail.deliver("ida@example.org", "Hello", "Text", stop="http://localhost/alerts/stop/x")
    folder = mail.mail_dir(app.extensions["config"])
    newest = max(folder.glob("*ida_example.org.eml"), key=lambda path: path.name)
    message = message_from_bytes(newest.read_bytes())
    assert message["List-Unsubscribe"] == "<http://localhost/alerts/stop/x>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_creator_chooses_on_a_page(client, db: Session, brand: Brand) -> None:
    ida = fitting(db)
    opened(db, brand)
    db.commit()
    client.sign_in(ida.person)
    page = client.get("/deals-that-fit/alerts").text
    assert "Today 1 of 1 open deal fits you at 40 or more" in page
    wrong = client.post("/deals-that-fit/alerts", data={"pace": "daily", "least": "0"})
    assert wrong.status_code == 422
    done = client.post("/deals-that-fit/alerts", data={"pace": "at_once", "least": "70"})
    assert done.status_code == 303
    db.expire_all()
    kept = alerts.choice_of(db, ida)
    assert (kept.pace, kept.least) == (AlertPace.AT_ONCE, 70)


def test_an_account_elsewhere_changes_nothing_that_was_told(db: Session, brand: Brand) -> None:
    ida = fitting(db)
    service.tell_of_campaign(db, opened(db, brand).id)
    builders.account(db, ida, platform=Platform.TIKTOK)
    assert service.tell_creator(db, ida.id) == 0
