"""The work of a deal: handed in, changed, approved; whole, or milestone by milestone."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.deals import rules
from marketplace.kit.clock import end_of_day, in_days, now
from marketplace.notices.service import tell
from marketplace.payments import service as payments
from models import Deal, Delivery, Milestone, Person, Refused

from . import money, news


def deliver(db: Session, deal: Deal, *, links: list[str], note: str = "", by: Person) -> Delivery:
    """Hand in the work, or the milestone that is next. The brand has its days to answer."""
    also = {"delivered_at": now(), "due_at": in_days(rules.APPROVE_DAYS)}
    deal.move("deliver", by=by, note=note, also=also, **_which(deal.milestone))
    delivery = Delivery(
        deal=deal,
        number=len(deal.deliveries) + 1,
        milestone_id=deal.milestone.id if deal.milestone else None,
        links=links,
        note=note,
    )
    db.add(delivery)
    db.flush()
    news.tell_other(db, deal, "work_delivered", by=by, title=news.title(deal, deal.milestone))
    return delivery


def ask_change(db: Session, deal: Deal, *, what: str, by: Person) -> None:
    deal.lock()
    if deal.revisions_used >= deal.revisions:
        raise Refused(
            _("The rounds of changes you agreed on are used up. Approve, or open a dispute.")
        )
    also = {"revisions_used": deal.revisions_used + 1, "due_at": in_days(rules.REVISE_DAYS)}
    deal.move("ask_change", by=by, note=what, also=also, **_which(deal.milestone))
    deal.deliveries[-1].change_asked = what
    news.tell_other(db, deal, "change_asked", by=by, title=news.title(deal, deal.milestone))


def approve(db: Session, deal: Deal, *, by: Person | None, read: str | None = None) -> None:
    """The work is accepted: by the brand, or (by None) by its silence.

    `read` is the number of the delivery they looked at, where a page says it: nobody approves
    unseen what came after.
    """
    deal.lock()
    payments.still_free(deal)
    if read is not None and deal.deliveries and read != str(deal.deliveries[-1].number):
        raise Refused(
            _("Something else was delivered since you opened the page. Look at it first.")
        )
    milestone, done = deal.milestone, deal.passed
    if milestone is None or milestone.amount == deal.rest:
        also = {"approved_at": now(), "due_at": None}
        deal.move("approve", by=by, also=also, **_which(milestone))
    else:
        deal.move("go_on", by=by, also=_after(deal, milestone), **_which(milestone))
    gets = money.pay_out(db, deal, milestone, done=done)
    kind = "work_approved" if by else "work_approved_by_silence"
    said = {"title": news.title(deal, milestone), "amount": gets.plain()}
    told = news.about(deal, deal.brand.name) | said
    tell(db, deal.creator.person, kind, path=news.path(deal), **told)
    if by is None:
        told = news.about(deal, deal.creator.name) | said
        told["amount"] = (milestone.amount if milestone else deal.price).plain()
        tell(db, deal.brand.person, kind, path=news.path(deal), **told)


def _after(deal: Deal, milestone: Milestone) -> dict[str, Any]:
    """What changes when a milestone is approved and the next one begins."""
    milestone.approved_at = now()
    following = deal.milestones[milestone.number]
    late = timedelta(days=rules.LATE_DAYS)
    return {
        "passed_minor": deal.passed_minor + milestone.amount_minor,
        "delivered_at": None,
        # The rounds agreed on are for each milestone.
        "revisions_used": 0,
        # Whoever had to wait for an answer doesn't lose the days to be late in.
        "due_at": max(end_of_day(following.deliver_by), now()) + late,
    }


def _which(milestone: Milestone | None) -> dict[str, Any]:
    """What an event says of the milestone it is about."""
    return {"milestone": milestone.number, "piece": milestone.title} if milestone else {}
