"""What needs a person today, nearest clock first."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.deals import words
from marketplace.kit.i18n import left, share_left
from models import Deal, Person

_LABELS = {
    "accept": lambda: _("Read the offer"),
    "fund": lambda: _("Pay and begin"),
    "deliver": lambda: _("Deliver the work"),
    "approve": lambda: _("Look and approve"),
    "payouts": lambda: _("See where you are paid"),
    "see_dispute": lambda: _("See the dispute"),
}


def todos(deals: list[Deal], person: Person) -> list[dict[str, Any]]:
    """Rows for the todo macro: only what this person must do; the first one is primary."""
    rows: list[dict[str, Any]] = []
    for deal in deals:
        step = words.next_step(deal, person)
        if not step.is_mine:
            continue
        other = deal.creator.name if words.is_brand(deal, person) else deal.brand.name
        label = _LABELS.get(step.verbs[0], lambda: _("Open the deal"))()
        row: dict[str, Any] = {
            "title": step.title,
            "text": f"{deal.title} · {other}",
            "action": {
                "label": label,
                "url": url_for("deals.show", deal=deal),
                "primary": not rows,
            },
        }
        if step.due_at:
            row["left"] = left(step.due_at) + "."
            row["percent_left"] = share_left(step.due_at, step.since)
        rows.append(row)
    return rows
