"""What a deal's page shows of its money and its story, made ready for the macros."""

from typing import Any

from flask_babel import gettext as _

from marketplace.deals import words
from models import Deal, DealStatus, Event, Money, Person

_BEFORE = (DealStatus.OFFERED, DealStatus.ACCEPTED)
_DONE = (DealStatus.RELEASED, DealStatus.SETTLED, DealStatus.REFUNDED)


def stops(deal: Deal) -> list[dict[str, Any]]:
    """Paid → Held → Received, with `here` where the money is now."""
    name = words.first_name(deal.creator.name)
    status = deal.status
    paid = deal.funded_at is not None
    first = _("Paid by %(brand)s", brand=deal.brand.name)
    if not paid:
        first = _("%(brand)s pays", brand=deal.brand.name)
    middle = _("Held safely")
    if status == DealStatus.DISPUTED:
        middle = _("Frozen")
    elif status in (DealStatus.APPROVED, DealStatus.SETTLING):
        middle = _("On its way")
    elif status == DealStatus.REFUNDING:
        middle = _("On its way back")
    held = paid and status not in _DONE
    return [
        {"label": first, "amount": deal.price, "here": status == DealStatus.ACCEPTED},
        {"label": middle, "amount": deal.price if held or not paid else None, "here": held},
        _last(deal, name, paid),
    ]


def _last(deal: Deal, name: str, paid: bool) -> dict[str, Any]:
    here = deal.status in _DONE
    if deal.status in (DealStatus.REFUNDING, DealStatus.REFUNDED):
        label = _("Back to %(brand)s", brand=deal.brand.name)
        return {"label": label, "amount": deal.price, "here": here}
    if deal.status in (DealStatus.SETTLING, DealStatus.SETTLED):
        return {"label": _("Goes where the ruling says"), "amount": deal.price, "here": here}
    if deal.status == DealStatus.RELEASED:
        label = _("%(name)s received", name=name)
        return {"label": label, "amount": deal.creator_receives, "here": here}
    label = _("%(name)s receives", name=name)
    return {"label": label, "amount": deal.creator_receives, "here": False}


def happened(events: list[Event], deal: Deal) -> list[dict[str, Any]]:
    return [{"text": words.told(one, deal), "at": one.at, "note": one.note} for one in events]


def said(deal: Deal, reader: Person) -> list[dict[str, Any]]:
    """The messages of a deal for the thread macro."""
    names = {deal.brand.person_id: deal.brand.name, deal.creator.person_id: deal.creator.name}
    return [
        {
            "who": names.get(message.person_id, ""),
            "text": message.body,
            "at": message.created_at,
            "mine": message.person_id == reader.id,
        }
        for message in deal.messages
    ]


def held(deals: list[Deal], currency: str) -> Money:
    """What is held for these deals together."""
    return Money(sum(d.price_minor for d in deals if d.status in Deal.HOLDING), currency)
