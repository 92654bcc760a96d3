"""What an order's pages say, state by state: the shopper's, and the brand's."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from marketplace.kit.i18n import day, left, moment, money
from marketplace.shop.rules import PAYMENT_HOURS, RETURN_DAYS
from marketplace.shop.rules.shares import kept
from marketplace.shop.words import ORDER
from models import Event, Money, Order, OrderStatus

S = OrderStatus
_PAID = (S.PAID, S.SENT, S.DELIVERED, S.MATURED, S.SETTLED)


@dataclass
class OrderPage:
    title: str
    next: str
    text: str = ""
    clock: str = ""
    journey: list[dict[str, Any]] = field(default_factory=list)
    bought: list[dict[str, Any]] = field(default_factory=list)
    purse: list[dict[str, Any]] = field(default_factory=list)
    sums: list[tuple[str, str]] = field(default_factory=list)
    total_label: str = ""


def page_of(order: Order, *, thanks: bool) -> OrderPage:
    """All the words of the page. `order` has its lines with products loaded."""
    title, following, text = _headline(order, thanks=thanks)
    page = OrderPage(title, following, text, clock=_clock(order), total_label=_total_label(order))
    if order.status in _PAID:
        page.journey = _journey(order)
    page.bought = [
        {
            "product": line.variant.product,
            "title": line.title,
            "details": line.variant_title,
            "count": f"{line.quantity} × {money(line.price)}",
            "amount": money(line.price.times(line.quantity)),
        }
        for line in order.lines
    ]
    page.purse = _purse(order)
    page.sums = [(_("Products"), money(order.total)), (_("Delivery"), _("Free"))]
    if order.refunded:
        page.sums.append((_("Given back"), money(order.refunded)))
        page.sums.append((_total_label(order), money(order.total - order.refunded)))
    else:
        page.sums.append((_total_label(order), money(order.total)))
    return page


def _total_label(order: Order) -> str:
    """What the sum at the bottom is to the shopper."""
    if order.refunded:
        return _("You paid and kept")
    if order.status == S.EXPIRED:
        return _("Never paid")
    return _("To pay") if order.status == S.CREATED else _("You paid")


def _headline(order: Order, *, thanks: bool) -> tuple[str, str, str]:
    """The finding, what happens next, and a sentence more."""
    brand, status = order.brand.name, order.status
    if status == S.CREATED:
        return _created(order, thanks=thanks)
    if status == S.PAID:
        return (
            _("Thank you. It is paid."),
            _("%(brand)s sends it by %(day)s", brand=brand, day=_due(order)),
            _("If it is not sent by then, you get all of your money back without asking."),
        )
    if status == S.SENT:
        text = _("You can return it for %(days)s days from delivery.", days=RETURN_DAYS)
        if order.tracking and not order.tracking.startswith("http"):
            text = _("Tracking: %(tracking)s", tracking=order.tracking) + ". " + text
        due = _("It counts as delivered on %(day)s", day=_due(order))
        return _("Thank you. It is on its way."), due, text
    if status == S.DELIVERED:
        return (
            _("It has arrived"),
            _("You can return it until %(day)s", day=_due(order)),
            _("It costs you nothing, and nobody has been paid yet."),
        )
    return _ended(order)


def _ended(order: Order) -> tuple[str, str, str]:
    """What is said when nothing more is waited for."""
    if order.status == S.EXPIRED:
        return (
            _("This order was never paid"),
            _("Nothing was charged"),
            _("What you had chosen is on the shelf again."),
        )
    if order.status == S.RETURNED:
        return (
            _("You get all of your money back"),
            _("%(total)s was sent back to your card", total=money(order.total)),
            _("Your bank may take a few days to show it."),
        )
    return (
        _("It is yours"),
        _("The days to return it ended on %(day)s", day=day(order.matured_at or order.created_at)),
        "",
    )


def _created(order: Order, *, thanks: bool) -> tuple[str, str, str]:
    if thanks:
        return (
            _("Thank you. We are looking for your payment."),
            _("It takes a few seconds"),
            _("You get a mail as soon as it is in. You may also look again here."),
        )
    return (
        _("It is kept for you"),
        _("Pay to order it"),
        _(
            "Nothing is charged until you have paid. It is kept for you: %(left)s.",
            left=_left(order),
        ),
    )


def _left(order: Order) -> str:
    words = left(order.due_at or order.created_at + timedelta(hours=PAYMENT_HOURS))
    return words[:1].lower() + words[1:]


def _due(order: Order) -> str:
    return day(order.due_at or order.created_at)


def _journey(order: Order) -> list[dict[str, Any]]:
    times: list[tuple[str, datetime | None]] = [
        (_("Paid"), order.paid_at),
        (_("Sent"), order.sent_at),
        (_("Delivered"), order.delivered_at),
        (_("Shares paid"), order.matured_at),
    ]
    last = max(place for place, (_label, at) in enumerate(times) if at)
    return [
        {
            "label": label,
            "note": moment(at) if at else _("Not yet"),
            "step": "next" if not at else "now" if place == last else "done",
        }
        for place, (label, at) in enumerate(times)
    ]


def _purse(order: Order) -> list[dict[str, Any]]:
    shares = kept(order)
    people = {"brand": order.brand.name, "creator": order.creator.name.split()[0]}
    is_over = order.status in (S.MATURED, S.SETTLED)
    stops: list[dict[str, Any]] = [{"label": _("Paid by you"), "amount": order.total}]
    if order.status == S.RETURNED:
        return [*stops, {"label": _("Back to you"), "amount": order.refunded, "here": True}]
    held = {"label": _held(order), "amount": shares.whole, "here": not is_over}
    if order.refunded:
        held["note"] = _("%(amount)s went back to you", amount=money(order.refunded))
    received = {
        "label": _("%(brand)s and %(creator)s receive", **people),
        "amount": shares.brand + shares.creator,
        "here": is_over,
    }
    return [*stops, held, received]


def _held(order: Order) -> str:
    if order.status == S.DELIVERED:
        return _("Held until %(day)s", day=_due(order))
    if order.status == S.SENT and order.due_at:
        until = day(order.due_at + timedelta(days=RETURN_DAYS))
        return _("Held until %(day)s at the latest", day=until)
    return _("Held")


def _clock(order: Order) -> str:
    if order.status in (S.PAID, S.SENT, S.DELIVERED):
        return _(
            "Until your %(days)s days to return it are over, nobody else can touch it.",
            days=RETURN_DAYS,
        )
    return ""


def title_of_sale(order: Order) -> str:
    """Where a sale stands, for its brand."""
    if order.status == S.PAID:
        return _("To be sent by %(day)s", day=_due(order))
    return str(ORDER[order.status])


def _minus(amount: Money) -> str:
    return money(Money(-amount.minor, amount.currency))


def sums_of_sale(order: Order) -> list[tuple[str, str]]:
    """How the brand's share comes about; the rows add up to the last."""
    shares = kept(order)
    rows = [(_("The shopper paid"), money(order.total))]
    if order.refunded:
        rows.append((_("Given back"), _minus(order.refunded)))
    rows.append(
        (_("%(name)s’s commission", name=order.creator.name.split()[0]), _minus(shares.creator))
    )
    rows.append((_("Our fee"), _minus(shares.platform)))
    rows.append((_("%(name)s receives", name=order.brand.name), money(shares.brand)))
    return rows


def purse_of_sale(order: Order) -> list[dict[str, Any]]:
    """Where the money of a sale is, for its brand."""
    shares = kept(order)
    stops: list[dict[str, Any]] = [{"label": _("Paid by the shopper"), "amount": order.total}]
    if order.status == S.RETURNED:
        back = {"label": _("Back to the shopper"), "amount": order.refunded, "here": True}
        return [*stops, back]
    is_over = order.status in (S.MATURED, S.SETTLED)
    held = {"label": _held(order), "amount": shares.whole, "here": not is_over}
    if order.refunded:
        held["note"] = _("%(amount)s went back", amount=money(order.refunded))
    received = {
        "label": _("%(name)s receives", name=order.brand.name),
        "amount": shares.brand,
        "here": is_over,
    }
    return [*stops, held, received]


def given_back_late(events: list[Event], order: Order) -> list[dict[str, Any]]:
    """What went back after the shares were sent: by whom, and why; for the story macro."""
    rows = []
    for one in events:
        who = order.brand.name if one.actor_id == order.brand.person_id else _("An admin")
        amount = money(Money(one.data["minor"], one.data["currency"]))
        said = _("%(who)s gave the shopper %(amount)s back", who=who, amount=amount)
        rows.append({"text": said, "at": one.at, "note": one.note})
    return rows
