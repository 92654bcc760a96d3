"""What a deal's page shows of its money and its story, made ready for the macros."""

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from marketplace.deals import words
from marketplace.deals.service import pieces
from marketplace.kit.i18n import bps, money
from models import Deal, DealStatus, Event, Money, Person, total

_DONE = (DealStatus.RELEASED, DealStatus.SETTLED, DealStatus.REFUNDED)
_BACK = (DealStatus.REFUNDING, DealStatus.REFUNDED)
_RULED = (DealStatus.SETTLING, DealStatus.SETTLED)


@dataclass(frozen=True, slots=True)
class Parts:
    """How a price is divided, with our fee, and Stripe's by some terms, on the creator's part."""

    to_creator: Money
    to_brand: Money
    fee: Money
    receives: Money
    percent: int


def parts(deal: Deal, to_creator: Money) -> Parts:
    fee = pieces.fee_within(deal.passed, to_creator, deal.fee_bps)
    percent = round(100 * to_creator.minor / deal.rest.minor)
    before = deal.milestones if deal.passed else []
    gone = total([one.stripe_fee for one in before if one.approved_at], deal.currency)
    receives = to_creator - fee - min(deal.stripe_fee - gone, to_creator - fee)
    return Parts(to_creator, deal.rest - to_creator, fee, receives, percent)


def _whole(deal: Deal, split: Parts) -> Parts:
    """What was ruled of the rest, and what milestones were paid before: all of the price."""
    before = [one for one in deal.milestones if one.approved_at]
    return replace(
        split,
        to_creator=split.to_creator + deal.passed,
        fee=split.fee + total([one.fee for one in before], deal.currency),
        receives=split.receives + total([one.creator_receives for one in before], deal.currency),
    )


def stops(deal: Deal, split: Parts | None = None) -> list[dict[str, Any]]:
    """Paid → Held → Received, with `here` where the money is now; `split` is what was ruled."""
    name = words.first_name(deal.creator.name)
    status = deal.status
    paid = deal.funded_at is not None
    first = _("Paid by %(brand)s", brand=deal.brand.name)
    if not paid:
        first = _("%(brand)s pays", brand=deal.brand.name)
    middle = _("Held safely")
    if status == DealStatus.DISPUTED or deal.frozen_at:
        middle = _("Frozen")
    elif status in (DealStatus.APPROVED, DealStatus.SETTLING):
        middle = _("On its way")
    elif status == DealStatus.REFUNDING:
        middle = _("On its way back")
    held = paid and status not in _DONE
    return [
        {"label": first, "amount": deal.to_pay, "here": status == DealStatus.ACCEPTED}
        | _on_top(deal),
        _middle(deal, middle, held),
        _last(deal, name, split and _whole(deal, split)),
    ]


def _on_top(deal: Deal) -> dict[str, Any]:
    if not deal.surcharge:
        return {}
    return {"note": _("%(amount)s of it for Stripe’s fee", amount=money(deal.surcharge))}


def _middle(deal: Deal, label: str, held: bool) -> dict[str, Any]:
    """What is held, and what isn't any more because its milestone was approved."""
    stop: dict[str, Any] = {"label": label, "here": held}
    stop["amount"] = deal.rest if held or deal.funded_at is None else None
    if held and deal.passed:
        stop["note"] = _("%(amount)s was for milestones gone by", amount=money(deal.passed))
    return stop


def _last(deal: Deal, name: str, split: Parts | None) -> dict[str, Any]:
    here = deal.status in _DONE
    if deal.status in _BACK:
        label = _("Back to %(brand)s", brand=deal.brand.name)
        return {"label": label, "amount": deal.goes_back, "here": here}
    if deal.status in _RULED and split and not split.to_creator:
        label = _("Back to %(brand)s", brand=deal.brand.name)
        return {"label": label, "amount": deal.goes_back, "here": here}
    if deal.status in _RULED and split:
        label = _("%(name)s received", name=name) if here else _("%(name)s receives", name=name)
        note = _(
            "Our fee %(fee)s. Back to %(brand)s: %(back)s.",
            fee=money(split.fee),
            brand=deal.brand.name,
            back=money(split.to_brand),
        )
        return {"label": label, "amount": split.receives, "here": here, "note": note}
    if deal.status == DealStatus.RELEASED:
        label = _("%(name)s received", name=name)
        return {"label": label, "amount": deal.creator_receives, "here": here}
    label = _("%(name)s receives", name=name)
    return {"label": label, "amount": deal.creator_receives, "here": False}


def sums(deal: Deal, split: Parts | None = None) -> list[tuple[str, str]]:
    """The price and where each part of it goes, or went."""
    price = _price(deal)
    back = _("Back to %(brand)s", brand=deal.brand.name)
    if deal.status in _BACK:
        return [*price, *_gone(deal), (back, money(deal.goes_back))]
    if deal.status in Deal.ENDS and deal.funded_at is None:
        return [*price, (_("Paid"), _("Nothing"))]
    name = words.first_name(deal.creator.name)
    split = split and _whole(deal, split)
    fee, receives = (split.fee, split.receives) if split else (deal.fee, deal.creator_receives)
    rows = [*price, (_("Our fee, %(rate)s", rate=bps(deal.fee_bps)), money(fee))]
    if deal.stripe_fee:
        rows.append((_("Stripe’s fee, by the terms"), money(deal.stripe_fee)))
    elif deal.creator_bears_stripe_fee and deal.status not in Deal.ENDS:
        rows.append((_("Stripe’s fee, by the terms"), _("Named when it is paid")))
    if split:
        rows.append((back, money(split.to_brand if split.to_creator else deal.goes_back)))
    was_sent = deal.status in _DONE
    label = _("%(name)s received", name=name) if was_sent else _("%(name)s receives", name=name)
    return [*rows, (label, money(receives))]


def _price(deal: Deal) -> list[tuple[str, str]]:
    """The price; where the brand bears Stripe's fee, as what it pays less the surcharge."""
    price = (_("Price"), money(deal.price))
    if not deal.surcharge:
        return [price]
    return [
        (_("%(brand)s pays in all", brand=deal.brand.name), money(deal.to_pay)),
        (_("Surcharge for Stripe’s fee"), money(deal.surcharge)),
        price,
    ]


def _gone(deal: Deal) -> list[tuple[str, str]]:
    """What was paid for milestones before the rest went back."""
    return [(_("Milestones paid before"), money(deal.passed))] if deal.passed else []


def given_back_late(events: list[Event], deal: Deal) -> list[tuple[str, str]]:
    """What went back to the brand after it was paid out, all together."""
    back = sum(one.data["minor"] for one in events if one.verb == "refund_late")
    label = _("Later back to %(brand)s", brand=deal.brand.name)
    return [(label, money(Money(back, deal.currency)))] if back else []


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
    return Money(sum(d.rest.minor for d in deals if d.status in Deal.HOLDING), currency)
