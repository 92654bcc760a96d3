"""What needs a person today, nearest clock first."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.deals import words
from marketplace.kit.clock import now
from marketplace.kit.i18n import left, share_left
from models import Deal, Dispute, Person

Rows = list[dict[str, Any]]

_LABELS = {
    "accept": lambda: _("Read the offer"),
    "fund": lambda: _("Pay and begin"),
    "deliver": lambda: _("Deliver the work"),
    "approve": lambda: _("Look and approve"),
    "payouts": lambda: _("See where you are paid"),
    "see_dispute": lambda: _("Give your side"),
}


def todos(deals: list[Deal], person: Person, disputes: Mapping[uuid.UUID, Dispute]) -> Rows:
    """Rows for the todo macro: only what this person must do."""
    rows: Rows = []
    for deal in deals:
        step = words.next_step(deal, person, disputes.get(deal.id))
        if not step.is_mine:
            continue
        other = deal.creator.name if words.is_brand(deal, person) else deal.brand.name
        label = _LABELS.get(step.verbs[0], lambda: _("Open the deal"))()
        url = url_for("deals.show", deal=deal)
        text = f"{deal.title} · {other}"
        rows.append(todo(step.title, text, label, url, due_at=step.due_at, since=step.since))
    return rows


def todo(
    title: str,
    text: str,
    label: str,
    url: str,
    *,
    due_at: datetime | None = None,
    since: datetime | None = None,
) -> dict[str, Any]:
    """One row, whatever it is about."""
    row: dict[str, Any] = {
        "title": title,
        "text": text,
        "action": {"label": label, "url": url},
        "due_at": due_at,
    }
    if due_at:
        row["left"] = left(due_at) + "."
        row["percent_left"] = share_left(due_at, since)
    return row


def in_order(rows: Rows) -> Rows:
    """The nearest clock first, what has none last; the first one is primary."""
    far = datetime.max.replace(tzinfo=now().tzinfo)
    rows = sorted(rows, key=lambda row: row["due_at"] or far)
    for row in rows[:1]:
        row["action"]["primary"] = True
    return rows
