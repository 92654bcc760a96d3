"""A deal in words: its state, what happens next and by when, and what happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.deals import rules
from marketplace.kit.clock import end_of_day, now
from marketplace.kit.i18n import day, money
from models import Deal, DealStatus, Dispute, DisputeStatus, Event, Money, Person

from . import outside

STATES: dict[DealStatus, Any] = {
    DealStatus.OFFERED: _l("Offered"),
    DealStatus.ACCEPTED: _l("Agreed"),
    DealStatus.FUNDED: _l("Funded"),
    DealStatus.DELIVERED: _l("Delivered"),
    DealStatus.REVISING: _l("Being changed"),
    DealStatus.APPROVED: _l("Approved"),
    DealStatus.RELEASED: _l("Paid out"),
    DealStatus.DISPUTED: _l("In dispute"),
    DealStatus.SETTLING: _l("Being settled"),
    DealStatus.SETTLED: _l("Settled"),
    DealStatus.REFUNDING: _l("Being refunded"),
    DealStatus.REFUNDED: _l("Refunded"),
    DealStatus.DECLINED: _l("Declined"),
    DealStatus.WITHDRAWN: _l("Taken back"),
    DealStatus.EXPIRED: _l("Expired"),
    DealStatus.CANCELLED: _l("Cancelled"),
}
# States whose pill is drawn as another one of the same meaning.
PILLS = {DealStatus.DISPUTED: "frozen", DealStatus.REVISING: "held", DealStatus.SETTLING: "held"}


@dataclass(frozen=True, slots=True)
class Next:
    """What the box says: a finding, what to do or wait for, and which verbs it offers."""

    title: str
    text: str
    verbs: tuple[str, ...] = ()
    # Whether this person is the one who must do something.
    is_mine: bool = False
    due_at: datetime | None = None
    since: datetime | None = None


def is_brand(deal: Deal, person: Person) -> bool:
    return person.id == deal.brand.person_id


def next_step(deal: Deal, person: Person, dispute: Dispute | None = None) -> Next:
    """What happens next in a deal, as this side sees it; `dispute` is the latest about it."""
    brand = is_brand(deal, person)
    other = first_name(deal.creator.name) if brand else deal.brand.name
    if deal.status in Deal.ENDS:
        verbs = ("see_dispute",) if dispute else ()
        return Next(_ended_title(deal), _("Nothing more happens in this deal."), verbs)
    if person.id not in (deal.brand.person_id, deal.creator.person_id):
        began = max(at for at in _steps(deal) if at is not None)
        return Next(outside.title(deal), outside.text(deal), due_at=deal.due_at, since=began)
    if deal.status == DealStatus.DISPUTED:
        return _disputed(deal, person, other, dispute)
    return _NEXT[deal.status](deal, person, brand, other)


def _steps(deal: Deal) -> tuple[datetime | None, ...]:
    """When each stage of a deal that is under way began."""
    return deal.offer.created_at, deal.accepted_at, deal.funded_at, deal.delivered_at


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.split() else name


def _offered(deal: Deal, person: Person, brand: bool, other: str) -> Next:
    price, gets = money(deal.price), money(deal.creator_receives)
    since = deal.offer.created_at
    if deal.offer.person_id == person.id:
        return Next(
            _("%(other)s has your offer of %(price)s", other=other, price=price),
            _("If there is no answer by then, the offer ends and nobody owes anything."),
            ("withdraw",),
            due_at=deal.due_at,
            since=since,
        )
    title = (
        _("%(other)s asks for %(price)s", other=other, price=price)
        if brand
        else _("%(other)s offers you %(price)s", other=other, price=price)
    )
    text = (
        _("You pay once you have agreed. If you don’t answer by then, the offer ends.")
        if brand
        else _(
            "You receive %(gets)s after our fee. If you don’t answer by then, the offer ends.",
            gets=gets,
        )
    )
    return Next(title, text, ("accept", "counter", "decline"), True, deal.due_at, since)


def _accepted(deal: Deal, person: Person, brand: bool, other: str) -> Next:
    if brand:
        return Next(
            _("You agreed. Pay %(price)s to begin", price=money(deal.to_pay)),
            _(
                "The money is held while %(other)s works, and released when you approve. If you"
                " don’t pay by then, the deal ends.",
                other=other,
            ),
            ("fund", "cancel"),
            True,
            deal.due_at,
            deal.accepted_at,
        )
    return Next(
        _("You agreed. %(other)s pays next", other=other),
        _("Start when the money is held, not before. If it isn’t paid by then, the deal ends."),
        ("cancel",),
        due_at=deal.due_at,
        since=deal.accepted_at,
    )


def _funded(deal: Deal, person: Person, brand: bool, other: str) -> Next:
    agreed = end_of_day(deal.next_day)
    is_late = now() >= agreed
    last = day(deal.next_day + timedelta(days=rules.LATE_DAYS))
    if deal.passed and deal.due_at is not None:
        # Whoever waited for the answer before has as many days from then.
        last = day(deal.due_at)
    said: dict[str, Any] = {"other": other, "by": day(deal.next_day), "last": last}
    due_at = deal.due_at if is_late else agreed
    since = agreed if is_late else deal.funded_at
    if brand:
        return Next(
            _("%(other)s is late. It was due on %(by)s", **said)
            if is_late
            else _("%(other)s is working. Delivery by %(by)s", **said),
            _("If nothing is delivered by %(last)s, you get everything back.", **said),
            ("cancel", "dispute"),
            due_at=due_at,
            since=since,
        )
    return Next(
        _("This was due on %(by)s. Deliver by %(last)s", **said)
        if is_late
        else _("The money is held. Deliver by %(by)s", **said),
        _("If nothing is delivered by %(last)s, the money goes back.", **said),
        ("deliver", "cancel", "dispute"),
        True,
        due_at,
        since,
    )


def _delivered(deal: Deal, person: Person, brand: bool, other: str) -> Next:
    if brand:
        verbs: tuple[str, ...] = ("approve", "ask_change", "dispute")
        if deal.revisions_used >= deal.revisions:
            verbs = ("approve", "dispute")
        return Next(
            _("%(other)s has delivered. Have a look.", other=other),
            _(
                "If you do nothing by then, the work counts as approved and %(other)s is paid.",
                other=other,
            ),
            verbs,
            True,
            deal.due_at,
            deal.delivered_at,
        )
    return Next(
        _("You have delivered. %(other)s is looking at it", other=other),
        _("If they do nothing by then, the work counts as approved and you are paid."),
        ("dispute",),
        due_at=deal.due_at,
        since=deal.delivered_at,
    )


def _revising(deal: Deal, person: Person, brand: bool, other: str) -> Next:
    asked = deal.deliveries[-1].change_asked if deal.deliveries else ""
    if brand:
        return Next(
            _("%(other)s is making the change you asked for", other=other),
            _("If nothing new is delivered by then, you get everything back."),
            ("dispute",),
            due_at=deal.due_at,
        )
    return Next(
        _("%(other)s asks for a change", other=other),
        _(
            "“%(asked)s” Deliver again by then, changed or with a word why not. If nothing"
            " comes, the money goes back.",
            asked=asked,
        ),
        ("deliver", "dispute"),
        True,
        deal.due_at,
    )


def _approved(deal: Deal, person: Person, brand: bool, other: str) -> Next:
    gets = money(deal.rest_receives)
    if brand:
        return Next(
            _("You approved. %(gets)s is on its way to %(other)s", gets=gets, other=other),
            _("It leaves as soon as their account can receive it. You have nothing to do."),
        )
    return Next(
        _("Approved. %(gets)s is on its way to you", gets=gets),
        _("It leaves as soon as your account can receive it."),
        ("payouts",),
        True,
    )


def _disputed(deal: Deal, person: Person, other: str, dispute: Dispute | None) -> Next:
    began = dispute.answered_at or dispute.created_at if dispute else None
    if dispute and dispute.status == DisputeStatus.OPEN and dispute.opened_by_id != person.id:
        return Next(
            _("%(other)s opened a dispute. Give your side", other=other),
            _("The money is frozen. If you say nothing, an admin rules on what is there."),
            ("see_dispute",),
            True,
            deal.due_at,
            began,
        )
    return Next(
        _("The money is frozen until the dispute is settled"),
        _("Nobody can move it: not you, not %(other)s.", other=other),
        ("see_dispute",),
        due_at=deal.due_at,
        since=began,
    )


def _settling(deal: Deal, person: Person, brand: bool, other: str) -> Next:
    return Next(
        _("The dispute is settled. The money is on its way"),
        _("Each part goes where the ruling says."),
        ("see_dispute",),
    )


def _refunding(deal: Deal, person: Person, brand: bool, other: str) -> Next:
    price = money(deal.rest)
    if brand:
        return Next(
            _("%(price)s is on its way back to you", price=price),
            _("Banks take up to ten days to show it."),
        )
    return Next(
        _("This deal was cancelled"),
        _("%(price)s goes back to %(other)s.", price=price, other=other),
    )


_NEXT = {
    DealStatus.OFFERED: _offered,
    DealStatus.ACCEPTED: _accepted,
    DealStatus.FUNDED: _funded,
    DealStatus.DELIVERED: _delivered,
    DealStatus.REVISING: _revising,
    DealStatus.APPROVED: _approved,
    DealStatus.SETTLING: _settling,
    DealStatus.REFUNDING: _refunding,
}


def _ended_title(deal: Deal) -> str:
    said = {
        DealStatus.RELEASED: _("Done: %(gets)s was paid out", gets=money(deal.creator_receives)),
        DealStatus.SETTLED: _("Settled as the ruling says"),
        DealStatus.REFUNDED: _("%(price)s was paid back", price=money(deal.rest)),
        DealStatus.DECLINED: _("The offer was declined"),
        DealStatus.WITHDRAWN: _("The offer was taken back"),
        DealStatus.EXPIRED: _("The offer ended without an answer"),
        DealStatus.CANCELLED: _("The deal was cancelled before any money moved"),
    }
    return said[deal.status]


def told(event: Event, deal: Deal) -> str:
    """One event as a sentence, the same for both sides."""
    who = _("The clock")
    if event.actor_id == deal.brand.person_id:
        who = deal.brand.name
    elif event.actor_id == deal.creator.person_id:
        who = first_name(deal.creator.name)
    elif event.actor_id is not None:
        who = _("An admin")
    amount = ""
    if "minor" in event.data:
        amount = money(Money(event.data["minor"], event.data["currency"]))
    say = _TOLD.get((event.verb, event.actor_id is None)) or _TOLD.get((event.verb, None))
    if say is None:
        return f"{who}: {event.verb}"
    piece = f": {event.data['piece']}" if "piece" in event.data else ""
    return str(say) % {"who": who, "amount": amount} + piece


# (verb, whether the clock did it; None for either) → sentence
_TOLD: dict[tuple[str, bool | None], Any] = {
    ("offer", None): _l("%(who)s made an offer of %(amount)s"),
    ("counter", None): _l("%(who)s offered %(amount)s instead"),
    ("accept", None): _l("%(who)s accepted, and the terms were frozen"),
    ("decline", None): _l("%(who)s declined"),
    ("withdraw", None): _l("%(who)s took the offer back"),
    ("expire", None): _l("The offer ended without an answer"),
    ("fund", None): _l("%(who)s paid %(amount)s, and it is held"),
    ("cancel", True): _l("The deal ended: it was not paid in time"),
    ("cancel", False): _l("%(who)s cancelled before paying"),
    ("deliver", None): _l("%(who)s delivered the work"),
    ("ask_change", None): _l("%(who)s asked for a change"),
    ("approve", True): _l("The work counted as approved: nobody answered in time"),
    ("approve", False): _l("%(who)s approved the work"),
    ("go_on", True): _l("A milestone counted as approved: nobody answered in time"),
    ("go_on", False): _l("%(who)s approved a milestone, and its money was sent"),
    ("release", None): _l("The money was sent"),
    ("give_back", True): _l("Nothing was delivered in time: the money goes back"),
    ("give_back", False): _l("%(who)s cancelled: the money goes back"),
    ("refund", None): _l("The money was paid back"),
    ("dispute", None): _l("%(who)s opened a dispute, and the money was frozen"),
    ("rule", None): _l("The dispute was settled"),
    ("settle", None): _l("Each part of the money arrived"),
    ("payment_processing", None): _l("The payment is on its way from the bank"),
    ("payment_failed", None): _l("The bank refused the payment"),
    ("inquire", None): _l("The brand’s bank asked about the payment of %(amount)s"),
    ("freeze", None): _l("The brand’s bank took %(amount)s back, and everything was frozen"),
    ("win_chargeback", None): _l("The bank returned %(amount)s"),
    ("lose_chargeback", None): _l("The bank kept %(amount)s"),
    ("charge_back", None): _l("The deal ended: its money went back through the bank"),
    ("break_off", None): _l("The brand’s bank kept the money: the work ends here"),
    ("refund_late", None): _l("%(who)s gave %(amount)s back after it was sent"),
    ("warn_hold", None): _l("Both were told that the money can’t be held much longer"),
    ("unclaim", None): _l("Nobody said where to send the money in time: it goes back"),
    ("stray_payment", None): _l("A payment came after the deal had ended, and goes back"),
}
