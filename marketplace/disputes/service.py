"""What the two sides, an admin, and the clock do with a dispute."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.kit.clock import in_days, now
from marketplace.kit.db import one_by_one
from marketplace.kit.fields import Upload
from marketplace.kit.files import keep_picture
from marketplace.notices.service import tell
from models import (
    Deal,
    DealStatus,
    Dispute,
    DisputeReason,
    DisputeStatus,
    Event,
    Evidence,
    Money,
    Person,
    PersonKind,
    Refused,
    step,
)

from .rules import ANSWER_DAYS, RULE_DAYS

# How much one side may show; more is not read.
MOST_EVIDENCE = 20


def open_dispute(
    db: Session,
    deal: Deal,
    *,
    reason: DisputeReason,
    statement: str,
    asks: Money,
    by: Person,
    **shown: Any,
) -> Dispute:
    """One side says what is wrong; from now on nobody can move the money."""
    due = in_days(ANSWER_DAYS)
    deals.dispute(db, deal, by=by, answer_by=due)
    dispute = Dispute(
        deal=deal,
        opened_by_id=by.id,
        reason=reason,
        statement=statement,
        currency=asks.currency,
        asks_minor=asks.minor,
        due_at=due,
    )
    db.add(dispute)
    dispute.tell("open", by=by, **asks.plain())
    if any(shown.values()):
        _show(db, dispute, by=by, **shown)
    other = _other(deal, by)
    tell(db, other, "dispute_opened", path=_path(dispute), **_about(dispute, by), **_until(due))
    _tell_admins(db, "dispute_for_admin", dispute, who=_name(deal, by))
    return dispute


def answer(db: Session, dispute: Dispute, *, answer: str, asks: Money, by: Person) -> None:
    """The other side gives its view. If both ask for the same, that is the settlement."""
    dispute.lock()
    expect_answer(dispute, by)
    # A late answer is read, but it doesn't win the admin more time.
    due = dispute.due_at if answer_is_late(dispute) else in_days(RULE_DAYS)
    dispute.move(
        "answer",
        by=by,
        also={"answer": answer, "answer_asks": asks, "answered_at": now(), "due_at": due},
        **asks.plain(),
    )
    dispute.deal.due_at = due
    if asks == dispute.asks:
        _end(db, dispute, "agree", to_creator=asks, by=by)
        return
    told = _about(dispute, by)
    tell(db, _other(dispute.deal, by), "dispute_answered", path=_path(dispute), **told)
    _tell_admins(db, "dispute_to_rule", dispute, **_until(due))


def expect_answer(dispute: Dispute, by: Person) -> None:
    """Refuse whoever isn't asked, before anything they wrote is looked at."""
    if by.id == dispute.opened_by_id:
        raise Refused(_("You opened this dispute. It is for the other side to answer."))
    step(dispute.FLOW, "answer", dispute.status)


def answer_is_late(dispute: Dispute) -> bool:
    """Whether the time to answer ran out and the clock now is the admin's."""
    until = dispute.created_at + timedelta(days=ANSWER_DAYS)
    return (
        dispute.status == DisputeStatus.OPEN
        and dispute.due_at is not None
        and dispute.due_at > until
    )


def may_rule(dispute: Dispute) -> bool:
    """Nobody is judged before they were heard, or had the time to speak."""
    return dispute.status == DisputeStatus.ANSWERED or answer_is_late(dispute)


def expect_ruling(dispute: Dispute) -> None:
    """Refuse a ruling that comes too early or too late."""
    step(dispute.FLOW, "rule", dispute.status)
    if not may_rule(dispute):
        raise Refused(_("The other side still has time to answer. Rule when it has."))


def asked_of(dispute: Dispute, by: Person) -> Money | None:
    """What the other side asks that the creator gets: the side that opened it, or its answer."""
    return dispute.answer_asks if by.id == dispute.opened_by_id else dispute.asks


def agree(db: Session, dispute: Dispute, *, by: Person) -> None:
    """One side takes what the other asks for; no admin is needed."""
    dispute.lock()
    asked = asked_of(dispute, by)
    if asked is None:
        raise Refused(_("The other side has not said yet what it asks for."))
    _end(db, dispute, "agree", to_creator=asked, by=by)


def add_evidence(db: Session, dispute: Dispute, *, by: Person, **shown: Any) -> Evidence:
    """Either side shows something more, until the ruling."""
    dispute.lock()
    if dispute.status == DisputeStatus.RULED:
        raise Refused(_("This dispute is decided. Evidence can’t be added any more."))
    mine = select(func.count()).where(
        Evidence.dispute_id == dispute.id, Evidence.person_id == by.id
    )
    if (db.scalar(mine) or 0) >= MOST_EVIDENCE:
        raise Refused(_("You have shown as much as can be read: twenty pieces of evidence."))
    made = _show(db, dispute, by=by, **shown)
    dispute.tell("show", by=by)
    told = _about(dispute, by)
    tell(db, _other(dispute.deal, by), "dispute_evidence", path=_path(dispute), **told)
    return made


def _show(
    db: Session,
    dispute: Dispute,
    *,
    by: Person,
    link: str = "",
    note: str = "",
    picture: Upload | None = None,
) -> Evidence:
    """Keep one piece of evidence, numbered in the order it came. Raises Unreadable."""
    kept = None
    if picture is not None:
        kept = keep_picture(db, picture.content, picture.name, of=by, public=False)
    count = select(func.count()).where(Evidence.dispute_id == dispute.id)
    made = Evidence(
        dispute_id=dispute.id,
        number=(db.scalar(count) or 0) + 1,
        person_id=by.id,
        link=link,
        note=note,
        file_id=kept.id if kept else None,
    )
    db.add(made)
    db.flush()
    return made


def rule(
    db: Session,
    dispute: Dispute,
    *,
    to_creator: Money,
    to_brand: Money,
    rules: list[str],
    why: str,
    by: Person,
) -> None:
    """An admin divides the money by the published rules."""
    dispute.lock()
    if to_creator + to_brand != dispute.deal.rest:
        raise Refused(_("The two parts must make what is held for the deal."))
    expect_ruling(dispute)
    _end(db, dispute, "rule", to_creator=to_creator, rules=rules, why=why, by=by)


def _end(
    db: Session,
    dispute: Dispute,
    verb: str,
    *,
    to_creator: Money,
    by: Person,
    rules: list[str] | None = None,
    why: str = "",
) -> None:
    """Decided: write the split, have the money follow it, and tell both sides."""
    to_brand = dispute.deal.rest - to_creator
    also = {
        "to_creator": to_creator,
        "to_brand": to_brand,
        "rules": rules or [],
        "why": why,
        "ruled_by_id": by.id if verb == "rule" else None,
        "ruled_at": now(),
        "due_at": None,
    }
    dispute.move(
        verb,
        by=by,
        also=also,
        to_creator_minor=to_creator.minor,
        to_brand_minor=to_brand.minor,
    )
    deals.rule(db, dispute.deal, to_creator=to_creator, by=by)
    kind = "dispute_ruled" if verb == "rule" else "dispute_agreed"
    for person in (dispute.deal.brand.person, dispute.deal.creator.person):
        tell(db, person, kind, path=_path(dispute), title=dispute.deal.title)


def end_charged_back(db: Session, deal_id: uuid.UUID) -> None:
    """The brand's bank took the money of a deal: its dispute has nothing left to decide."""
    dispute = db.scalar(
        select(Dispute).where(Dispute.deal_id == deal_id, Dispute.status != DisputeStatus.RULED)
    )
    if dispute is None or dispute.deal.status == DealStatus.DISPUTED:
        return
    nothing = Money(0, dispute.deal.currency)
    also = {
        "to_creator": nothing,
        "to_brand": dispute.deal.rest,
        "why": _("The brand’s bank took the money back."),
        "ruled_at": now(),
        "due_at": None,
    }
    dispute.move("charge_back", by=None, also=also)


def tick(db: Session) -> int:
    """Silence hands a dispute to an admin; an overdue ruling is called to mind once a day."""
    reminded = exists().where(
        Event.subject_type == "disputes",
        Event.subject_id == Dispute.id,
        Event.verb == "overdue",
        Event.at > now() - timedelta(days=1),
    )
    due = (
        select(Dispute)
        .where(Dispute.due_at < now(), Dispute.status != DisputeStatus.RULED, ~reminded)
        .order_by(Dispute.due_at)
        .limit(200)
        .with_for_update(skip_locked=True, of=Dispute)
    )
    return one_by_one(db, db.scalars(due).unique().all(), lambda dispute: _time_is_up(db, dispute))


def _time_is_up(db: Session, dispute: Dispute) -> None:
    if may_rule(dispute):
        dispute.tell("overdue", by=None)
        _tell_admins(db, "dispute_overdue", dispute)
    else:
        _hand_over(db, dispute)


def _hand_over(db: Session, dispute: Dispute) -> None:
    """Nobody answered in time: an admin rules on what is there."""
    dispute.due_at = in_days(RULE_DAYS)
    dispute.deal.due_at = dispute.due_at
    dispute.tell("silence", by=None)
    _tell_admins(db, "dispute_to_rule", dispute, **_until(dispute.due_at))


def _other(deal: Deal, by: Person) -> Person:
    return deal.brand.person if by.id == deal.creator.person_id else deal.creator.person


def _name(deal: Deal, person: Person) -> str:
    return deal.creator.name if person.id == deal.creator.person_id else deal.brand.name


def _path(dispute: Dispute) -> str:
    return f"/disputes/{dispute.number}"


def _until(due: datetime | None) -> dict[str, str]:
    return {"until": due.isoformat() if due else ""}


def _about(dispute: Dispute, by: Person) -> dict[str, Any]:
    return {"who": _name(dispute.deal, by), "title": dispute.deal.title}


def _tell_admins(db: Session, kind: str, dispute: Dispute, **data: Any) -> None:
    admins = select(Person).where(Person.kind == PersonKind.ADMIN, Person.suspended_at.is_(None))
    for person in db.scalars(admins).unique():
        tell(db, person, kind, path=_path(dispute), title=dispute.deal.title, **data)
