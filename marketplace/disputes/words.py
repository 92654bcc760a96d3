"""A dispute in words: whose turn it is, what each side asks, what is shown, what happened."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.deals import words as deal_words
from marketplace.deals.words import purse
from marketplace.kit.i18n import money
from models import (
    Deal,
    Dispute,
    DisputeReason,
    DisputeStatus,
    Event,
    Evidence,
    Message,
    Money,
    Person,
)

from .rules import ANSWER_DAYS
from .service import answer_is_late

parts = purse.parts

REASONS: dict[DisputeReason, Any] = {
    DisputeReason.NOT_DELIVERED: _l("Nothing was delivered"),
    DisputeReason.LATE: _l("It came late"),
    DisputeReason.PART_MISSING: _l("Part is missing or too short"),
    DisputeReason.NOT_AS_AGREED: _l("It is not what was agreed"),
    DisputeReason.CHANGE_REFUSED: _l("An agreed change was refused"),
    DisputeReason.NO_ANSWER: _l("The other side doesn’t answer"),
    DisputeReason.OTHER: _l("Something else"),
}
STATES: dict[DisputeStatus, Any] = {
    DisputeStatus.OPEN: _l("Waits for an answer"),
    DisputeStatus.ANSWERED: _l("Waits for a ruling"),
    DisputeStatus.RULED: _l("Decided"),
}


def state(dispute: Dispute) -> str:
    late = answer_is_late(dispute)
    return str(STATES[DisputeStatus.ANSWERED if late else dispute.status])


def since(dispute: Dispute) -> datetime:
    """When the clock that runs now began."""
    if dispute.answered_at is not None:
        return dispute.answered_at
    if answer_is_late(dispute):
        return dispute.created_at + timedelta(days=ANSWER_DAYS)
    return dispute.created_at


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a dispute, as its card shows it."""

    name: str
    role: str
    said: str
    at: datetime | None
    asks: str


def sides(dispute: Dispute) -> list[Side]:
    """The brand's side, then the creator's."""
    deal = dispute.deal
    opener_is_brand = dispute.opened_by_id == deal.brand.person_id
    opened = (dispute.statement, dispute.created_at, dispute.asks)
    answered = (dispute.answer, dispute.answered_at, dispute.answer_asks)
    first, second = (opened, answered) if opener_is_brand else (answered, opened)
    return [
        Side(deal.brand.name, _("Brand"), first[0], first[1], asked_back(deal, first[2])),
        Side(deal.creator.name, _("Creator"), second[0], second[1], asked_pay(deal, second[2])),
    ]


def asked_back(deal: Deal, to_creator: Money | None) -> str:
    """What a brand asks for: so much of the price back."""
    if to_creator is None:
        return ""
    back = deal.rest - to_creator
    if back == deal.rest:
        return _("All %(amount)s back", amount=money(back))
    return _("%(amount)s back", amount=money(back)) if back else _("Nothing back")


def asked_pay(deal: Deal, to_creator: Money | None) -> str:
    """What a creator asks for: so much of the price as pay."""
    if to_creator is None:
        return ""
    if to_creator == deal.rest:
        return _("All %(amount)s", amount=money(to_creator))
    return money(to_creator) if to_creator else _("Nothing")


def title(dispute: Dispute, viewer: Person) -> str:
    """The finding of the page: how it stands, for whoever looks."""
    deal = dispute.deal
    if dispute.to_creator is not None and dispute.to_brand is not None:
        split = {"creator": deal.creator.name, "brand": deal.brand.name}
        split |= {"pay": money(dispute.to_creator), "back": money(dispute.to_brand)}
        return _("%(pay)s to %(creator)s, %(back)s back to %(brand)s", **split)
    if dispute.status == DisputeStatus.ANSWERED:
        said = _("Both sides have spoken. Rule on it") if viewer.is_admin else ""
        return said or _("Both sides have spoken. An admin rules next")
    if answer_is_late(dispute):
        said = _("Only one side has spoken. Rule on it") if viewer.is_admin else ""
        return said or _("The time to answer is over. An admin rules next")
    opener, other = names(dispute)
    if viewer.is_admin:
        return _("%(other)s has been asked to answer", other=other)
    if viewer.id == dispute.opened_by_id:
        return _("%(other)s answers next", other=other)
    return _("%(opener)s opened a dispute. Give your side", opener=opener)


def names(dispute: Dispute) -> tuple[str, str]:
    """Who opened it, and who answers."""
    deal = dispute.deal
    both = (deal.brand.name, deal.creator.name)
    return both if dispute.opened_by_id == deal.brand.person_id else both[::-1]


def by_when(dispute: Dispute, viewer: Person) -> str:
    """What happens if nobody does anything until the clock runs out."""
    _opener, other = names(dispute)
    if dispute.status == DisputeStatus.OPEN and not answer_is_late(dispute):
        if viewer.id != dispute.opened_by_id and not viewer.is_admin:
            return _("If you don’t answer by then, an admin rules on what is here.")
        return _(
            "If %(other)s doesn’t answer by then, an admin rules on what is here.", other=other
        )
    return _("The money stays frozen until an admin rules, or one side takes the other’s offer.")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One row of the evidence: E1 and on, in an order that never changes."""

    number: str
    kind: str
    text: str
    who: str
    at: datetime
    link: str = ""
    picture: Evidence | None = None
    note: str = ""


def exhibits(dispute: Dispute) -> list[Exhibit]:
    """The terms, what was handed in and said before the dispute, then what was shown in it."""
    deal = dispute.deal
    people = {deal.brand.person_id: deal.brand.name, deal.creator.person_id: deal.creator.name}
    before = [m for m in deal.messages if m.created_at <= dispute.created_at]
    made = [_terms(deal)]
    said = [*_delivered(deal), *(_message(message, people) for message in before)]
    made += sorted(said, key=lambda row: row["at"])
    made += [_shown(one, people) for one in dispute.evidence]
    return [Exhibit(number=f"E{place}", **row) for place, row in enumerate(made, 1)]


def _terms(deal: Deal) -> dict[str, Any]:
    return {
        "kind": _("Terms"),
        "text": str(deal.terms.get("title") or deal.title),
        "who": _("Both"),
        "at": deal.accepted_at or deal.created_at,
        "note": _("Frozen, SHA-256 %(hash)s", hash=(deal.terms_hash or "")[:16]),
    }


def _delivered(deal: Deal) -> Iterable[dict[str, Any]]:
    """Each link of each delivery; what was asked to change goes with the delivery."""
    for delivery in deal.deliveries:
        note = delivery.note
        if delivery.change_asked:
            note = _("Change asked for: %(what)s", what=delivery.change_asked)
        for link in delivery.links or [""]:
            yield {
                "kind": _("Delivery %(number)s", number=delivery.number),
                "text": link or delivery.note,
                "who": deal.creator.name,
                "at": delivery.created_at,
                "link": link,
                "note": note,
            }


def _message(message: Message, people: dict[Any, str]) -> dict[str, Any]:
    return {
        "kind": _("Message"),
        "text": message.body,
        "who": people.get(message.person_id, ""),
        "at": message.created_at,
    }


def _shown(one: Evidence, people: dict[Any, str]) -> dict[str, Any]:
    return {
        "kind": _("Shown"),
        "text": one.note or (_("Picture") if one.file_id else one.link),
        "who": people.get(one.person_id, ""),
        "at": one.created_at,
        "link": one.link,
        "picture": one if one.file_id else None,
    }


def told(event: Event, dispute: Dispute) -> str:
    """One event of the dispute, or of its deal, as a sentence."""
    if event.subject_type == "deals":
        return deal_words.told(event, dispute.deal)
    opener, other = names(dispute)
    who = opener if event.actor_id == dispute.opened_by_id else other
    amount = ""
    if "minor" in event.data:
        amount = money(Money(event.data["minor"], event.data["currency"]))
    facts = {"who": who, "other": other, "amount": amount}
    return str(_TOLD.get(event.verb, event.verb)) % facts


_TOLD: dict[str, Any] = {
    "open": _l("%(who)s asked that the creator gets %(amount)s"),
    "answer": _l("%(who)s answered, and asked that the creator gets %(amount)s"),
    "show": _l("%(who)s added evidence"),
    "silence": _l("%(other)s did not answer in time"),
    "overdue": _l("The time for the ruling ran out; the admins were told"),
    "agree": _l("%(who)s took what the other side asked for"),
    "rule": _l("An admin ruled"),
}


def without_names(text: str, deal: Deal) -> str:
    """The reasons as everybody may read them: the sides' names become what they are."""
    brand, creator = _("the brand"), _("the creator")
    names = [(deal.brand.name, brand), (deal.brand.person.name, brand)]
    names += [(deal.creator.name, creator), (deal.creator.person.name, creator)]
    names += [(name.split()[0], role) for name, role in names if len(name.split()) > 1]
    for name, role in sorted(names, key=lambda pair: -len(pair[0])):
        if len(name) > 2:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", role, text, flags=re.IGNORECASE)
    return text
