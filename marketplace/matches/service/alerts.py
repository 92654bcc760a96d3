"""Telling creators of open deals that fit them: once each, at the pace they chose."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from marketplace.kit import mail
from marketplace.kit.clock import now
from marketplace.kit.db import one_by_one
from marketplace.kit.jobs import enqueue
from marketplace.kit.security import signed, unsigned
from marketplace.matches.queries import Fit, alerts, for_creator, new_ones
from marketplace.matches.queries.fits import next_best
from marketplace.matches.words.alerts import letter
from marketplace.notices.service import tell_on_screen
from models import Alert, AlertChoice, AlertPace, Campaign, Creator, Person

#: Of one campaign no more than so many hear in a day: the best of those who have not heard yet.
MOST_TOLD = 400
_A_DAY = timedelta(days=1)
#: When a mail of the day is sent, by the clock of whoever gets it.
MORNING = time(8)
_PURPOSE = "alerts"
_BY_MAIL = (AlertPace.AT_ONCE, AlertPace.DAILY)


def tell_of_campaign(db: Session, campaign_id: uuid.UUID) -> int:
    """Tell those an open campaign fits best of all who do not know it, each once; where it fits
    more than hear of it in a day, the next tomorrow. Returns how many were told.
    """
    campaign = db.get(Campaign, campaign_id)
    if campaign is None or not alerts.is_open(campaign):
        return 0
    told, known, least = 0, alerts.who_know(db, campaign), alerts.least_of_all(db)
    while told < MOST_TOLD:
        fits = next_best(db, campaign, without=known, most=MOST_TOLD)
        good = {fit.creator.id: fit for fit in fits if (fit.score or 0) >= least}
        if not good:
            break
        told += _tell_best(db, good, MOST_TOLD - told)
        # Whoever wants only better ones is passed over, and those behind them are reached.
        known |= good.keys()
    campaign.more_to_tell_at = now() + _A_DAY if told >= MOST_TOLD else None
    return told


def _tell_best(db: Session, fits: Mapping[uuid.UUID, Fit], most: int) -> int:
    people = {creator.id: (creator, choice) for creator, choice in alerts.listeners(db, fits)}
    told = 0
    for id, fit in fits.items():
        creator, choice = people.get(id, (None, None))
        if creator and choice and creator.is_available and told < most:
            told += _tell(db, creator, choice, [fit])
    return told


def tell_creator(db: Session, creator_id: uuid.UUID) -> int:
    """Tell one creator of every open deal that fits them now, in one notice."""
    [*found] = alerts.listeners(db, [creator_id])
    for creator, choice in found:
        if creator.is_available:
            return _tell(db, creator, choice, new_ones(for_creator(db, creator)))
    return 0


def _tell(db: Session, creator: Creator, choice: AlertChoice, fits: Sequence[Fit]) -> int:
    """One notice of those they have not been told of; a mail now, or in the morning, or none."""
    fitting = [fit for fit in fits if (fit.score or 0) >= choice.least]
    if choice.pace == AlertPace.OFF or not fitting:
        return 0
    mail_at = _mail_at(creator.person, choice.pace)
    rows = [
        {
            "id": uuid.uuid4(),
            "creator_id": creator.id,
            "campaign_id": fit.campaign.id,
            "fit": round(fit.score or 0),
            "mail_at": mail_at,
            "created_at": now(),
        }
        for fit in fitting
    ]
    # Somebody else may tell them at the same moment; the database lets one of us.
    write = insert(Alert).values(rows).on_conflict_do_nothing().returning(Alert.campaign_id)
    new = set(db.scalars(write))
    first = next((fit.campaign for fit in fitting if fit.campaign.id in new), None)
    if first is None:
        return 0
    _notice(db, creator.person, first, is_alone=len(new) == 1)
    if choice.pace == AlertPace.AT_ONCE:
        _send(db, creator)
    return len(new)


def _notice(db: Session, person: Person, first: Campaign, *, is_alone: bool) -> None:
    about = {
        "who": first.brand.name,
        "title": first.title,
        "until": first.apply_by.isoformat() if first.apply_by else "",
    }
    if is_alone:
        path = f"/campaigns/{first.slug}"
        tell_on_screen(db, person, "deal_fits", path=path, **about)
    else:
        tell_on_screen(db, person, "deals_fit", path="/deals-that-fit", **about)


def _mail_at(person: Person, pace: AlertPace) -> datetime | None:
    if pace not in _BY_MAIL or not person.wants_mail:
        return None
    if pace == AlertPace.AT_ONCE:
        return now()
    here = now().astimezone(ZoneInfo(person.timezone))
    morning = datetime.combine(here.date(), MORNING, tzinfo=here.tzinfo)
    return morning if morning > here else morning + timedelta(days=1)


def tick(db: Session) -> int:
    """Send the mails of the day that are due, one for each creator, and ask for those to be told
    whose turn it is today. Returns how many mails.
    """
    for campaign in alerts.with_more_to_tell(db, most=20):
        campaign.more_to_tell_at = None
        id = str(campaign.id)
        enqueue(db, "tell_of_campaign", once=f"tell_of_campaign:{id}", priority=-1, id=id)
    due = alerts.due(db, most=100)
    return one_by_one(db, due, lambda creator: _send(db, creator))


def _send(db: Session, creator: Creator) -> None:
    """Everything this creator is still to be mailed, in one mail; what ended since is left out."""
    waiting = list(
        db.scalars(
            select(Alert)
            .where(Alert.creator_id == creator.id, Alert.mailed_at.is_(None))
            .where(Alert.mail_at <= now())
            .options(joinedload(Alert.campaign).joinedload(Campaign.brand))
            .order_by(Alert.fit.desc(), Alert.id)
            .with_for_update(of=Alert, skip_locked=True)
        ).unique()
    )
    for alert in waiting:
        alert.mailed_at = now()
    person = creator.person
    still = [one for one in waiting if alerts.is_open(one.campaign)]
    choice = alerts.choice_of(db, creator)
    wanted = person.wants_mail and person.is_active and creator.is_available
    if not still or not wanted or choice.pace not in _BY_MAIL:
        return
    stop_at = mail.link(f"/alerts/stop/{signed(_PURPOSE, str(creator.id))}")
    subject, text = letter(person, still, pace=choice.pace, stop=stop_at)
    mail.send(db, person.email, subject, text, stop=stop_at)


def choose(db: Session, creator: Creator, *, pace: AlertPace, least: int) -> None:
    """How a creator wants to hear of deals. Mails that wait and are wanted no more are dropped."""
    values = {"pace": pace, "least": least}
    row = {"id": uuid.uuid4(), "creator_id": creator.id, "created_at": now(), **values}
    db.execute(
        insert(AlertChoice)
        .values(row)
        .on_conflict_do_update(index_elements=["creator_id"], set_=values)
        .execution_options(populate_existing=True)
    )
    if pace not in _BY_MAIL:
        waits = Alert.mailed_at.is_(None) & Alert.mail_at.is_not(None)
        db.execute(update(Alert).where(Alert.creator_id == creator.id, waits).values(mail_at=None))
    db.expire_all()


def stop(db: Session, creator: Creator, *, is_again: bool = False) -> None:
    """By the link in a mail: no more mails about deals, or once a day again. Notices stay."""
    known = alerts.choice_of(db, creator)
    pace = AlertPace.DAILY if is_again else AlertPace.HERE
    if is_again or known.pace in _BY_MAIL:
        choose(db, creator, pace=pace, least=known.least)


def creator_of(db: Session, token: str) -> Creator | None:
    """Whose mails a link stops; None for a link we did not make."""
    known = unsigned(_PURPOSE, token)
    try:
        return db.get(Creator, uuid.UUID(known)) if known else None
    except ValueError:
        return None
