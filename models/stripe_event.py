"""What Stripe told: each event once, what came of it, and how far we have looked for lost ones."""

import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .base import Model
from .flow import Flowing


class EventStatus(StrEnum):
    STORED = "stored"
    # The last try did not go through; it is tried again, by itself or on request.
    FAILED = "failed"
    DONE = "done"
    IGNORED = "ignored"
    # Stripe made two events of one thing; the other one is worked.
    TWIN = "twin"


class Found(StrEnum):
    """How an event came to us."""

    WEBHOOK = "webhook"
    # Its webhook never arrived; we asked what had happened.
    SWEEP = "sweep"


class StripeEvent(Flowing, Model):
    """An event as it came in. It only wakes us: its object is fetched again before money moves."""

    __tablename__ = "stripe_events"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint(
            "payload IS NOT NULL OR (body_hash IS NOT NULL AND status NOT IN ('stored', 'failed'))",
            name="body_is_kept_until_worked",
        ),
    )
    FLOW = {
        "pair": {EventStatus.STORED: EventStatus.TWIN},
        "fail": {EventStatus.STORED: EventStatus.FAILED},
        "finish": {
            EventStatus.STORED: EventStatus.DONE,
            EventStatus.FAILED: EventStatus.DONE,
        },
        "ignore": {
            EventStatus.STORED: EventStatus.IGNORED,
            EventStatus.FAILED: EventStatus.IGNORED,
        },
    }
    ENDS = frozenset({EventStatus.DONE, EventStatus.IGNORED, EventStatus.TWIN})
    # In these states there is still something to do.
    OPEN = frozenset({EventStatus.STORED, EventStatus.FAILED})

    stripe_id: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(index=True)
    object_id: Mapped[str] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(default="")
    # What can happen to a thing only once: a second event saying so is a twin.
    once_key: Mapped[str | None] = mapped_column(unique=True)
    found: Mapped[Found] = mapped_column(default=Found.WEBHOOK)
    status: Mapped[EventStatus] = mapped_column(default=EventStatus.STORED, index=True)
    # Dropped long after it was worked; its hash stays, so that a copy can be told from a forgery.
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    body_hash: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    worked_at: Mapped[datetime | None]
    # [{"fact": str, "thing": str, "thing_id": str, "purpose": str, "subject_id": str}]
    led_to: Mapped[list[dict[str, Any]]] = mapped_column(default=list)

    def drop_body(self) -> None:
        """Keep SHA-256 of the body, as JSON with sorted keys and without spaces, in its place."""
        line = json.dumps(self.payload, sort_keys=True, separators=(",", ":"))
        self.body_hash = hashlib.sha256(line.encode()).hexdigest()
        self.payload = None


class EventSweep(Model):
    """How far Stripe's own list of events has been compared with ours, for one account."""

    __tablename__ = "event_sweeps"

    # Empty for our own account.
    account: Mapped[str] = mapped_column(unique=True)
    seen_until: Mapped[datetime]
    # By the real clock: a demo's, moved on by days, has no part in how often we look.
    swept_at: Mapped[datetime]
    # How many that had not arrived were found so far.
    found: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
