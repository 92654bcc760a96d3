"""What needs somebody today, and numbers made ready for the chart macros."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from marketplace.campaigns.queries import Line
from marketplace.deals import queries as deals
from marketplace.deals.words.todo import Rows, in_order, todo, todos
from marketplace.kit.i18n import day, money
from marketplace.payments.words import journal
from marketplace.shop.queries import orders
from models import Brand, Money, Person, Transfer

from .queries import Month
from .queries.statements import Section

# Each is a whole number of thirds, because the chart has three lines.
_STEPS = (30, 60, 90, 150, 300, 450, 600, 900, 1_500, 3_000, 6_000, 9_000, 15_000, 30_000, 90_000)


def earnings(months: list[Month]) -> dict[str, Any] | None:
    """Arguments of the `columns` macro; None while nothing has arrived."""
    most = max(month.together.minor for month in months)
    if not most:
        return None
    currency = months[0].fees.currency
    top = next((step for step in _STEPS if step * 100 >= most), -(-most // 300) * 3)
    ticks = [money(Money(top * 100 * part // 3, currency), whole=True) for part in (3, 2, 1, 0)]
    # Six of them stand side by side on a phone; the cents are in the table below.
    whole = [money(Money(round(one.together.minor, -2), currency), whole=True) for one in months]
    return {
        "months": [day(month.first, short=True).split(" ")[1] for month in months],
        "series": [
            _series(_("Fees"), [month.fees for month in months]),
            _series(_("Commission"), [month.commission for month in months]),
        ],
        "totals": whole,
        "ticks": ticks,
        "top": top,
        "label": ngettext(
            "Fees and commission in the last month.",
            "Fees and commission in the last %(num)s months.",
            len(months),
        ),
        "sum": money(Money(sum(month.together.minor for month in months), currency)),
    }


def _series(label: str, amounts: list[Money]) -> dict[str, Any]:
    return {
        "label": label,
        "values": [amount.minor / 100 for amount in amounts],
        "texts": [money(amount) for amount in amounts],
    }


# What needs somebody


def needs_person(db: Session, *, for_: Person) -> Rows:
    """The deals that wait for somebody."""
    return in_order(_deals(db, for_))


def needs_brand(db: Session, *, for_: Brand, lines: Iterable[Line]) -> Rows:
    """Deals, parcels and applications that wait for this brand."""
    return in_order([*_deals(db, for_.person), *_parcels(db, for_), *_applications(lines)])


def _deals(db: Session, person: Person) -> Rows:
    under_way = deals.open_deals(db, for_=person)
    return todos(under_way, person, deals.disputes_of(db, under_way))


def _parcels(db: Session, brand: Brand) -> Rows:
    rows = []
    if (first := orders.next_to_send(db, for_=brand)) and first.due_at:
        count = orders.to_send(db, for_=brand)
        title = ngettext("%(num)s order to send", "%(num)s orders to send", count)
        text = _(
            "Order %(number)s is the first. Unsent by %(day)s, the shopper gets all of it back.",
            number=first.number,
            day=day(first.due_at),
        )
        rows.append(_row(title, text, _("See the orders"), first.due_at, first.paid_at))
    if returns := orders.open_returns(db, for_=brand):
        first_back = returns[0]
        count = len(returns)
        title = ngettext("%(num)s parcel is coming back", "%(num)s parcels are coming back", count)
        text = _("Say so when it has arrived. If you say nothing, it counts as arrived.")
        label = _("See the returns")
        rows.append(_row(title, text, label, first_back.due_at, first_back.created_at))
    return rows


def _row(
    title: str, text: str, label: str, due_at: datetime | None, since: datetime | None
) -> dict[str, Any]:
    return todo(title, text, label, url_for("shop.orders"), due_at=due_at, since=since)


def _applications(lines: Iterable[Line]) -> Rows:
    return [
        todo(
            ngettext(
                "%(num)s application waits for your answer",
                "%(num)s applications wait for your answer",
                line.waiting,
            ),
            line.campaign.title,
            _("Read and answer"),
            url_for("campaigns.applications", campaign=line.campaign),
        )
        for line in lines
        if line.waiting
    ]


# Statements

SECTIONS: dict[str, Any] = {
    "L:escrow": _l("Held for your deals"),
    "L:payable": _l("Yours, and sent to you"),
    "L:held": _l("Held while it may be returned"),
    "A:owed": _l("What you owe back"),
}
STATEMENT_COLUMNS = (
    *("account", "day", "what", "for", "gross", "fee", "to others", "change", "balance"),
    *("currency", "stripe id", "cause"),
)
TRANSFER_COLUMNS = ("asked", "sent", "state", "for", "kind", "amount", "currency", "stripe id")


def statement_rows(section: Section) -> list[tuple[Any, ...]]:
    """The rows of one account as a file has them."""
    found, name = section.statement, str(SECTIONS[section.statement.account])
    currency = found.opening.currency.upper()
    rows: list[tuple[Any, ...]] = [
        (name, "", _("Opening"), *[""] * 5, found.opening, currency, "", "")
    ]
    rows += [
        (
            name,
            line.change.journal.effective_at,
            journal(line.change.journal.kind),
            line.about.name,
            line.gross,
            line.fee,
            line.others,
            line.change.amount,
            line.change.balance,
            currency,
            line.change.journal.stripe_id,
            line.change.journal.cause,
        )
        for line in section.lines
    ]
    return [*rows, (name, "", _("Closing"), *[""] * 5, found.closing, currency, "", "")]


def transfer_row(one: Transfer, what_for: str) -> tuple[Any, ...]:
    kind = _("work") if one.purpose == "deal" else _("sale")
    amount = (one.amount, one.currency.upper(), one.stripe_id or "")
    return (one.created_at, one.sent_at, one.status.value, what_for, kind, *amount)
