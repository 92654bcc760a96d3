"""What banks take back: disputes, and their first warnings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Money

from .books import Booked, booked, of_source
from .client import ask, client, time_of


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as it stands. `status` is Stripe's word; `moved` is what it did to our balance."""

    id: str
    charge: str
    payment_intent: str
    status: str
    reason: str
    amount: Money
    answer_by: datetime | None
    moved: list[Booked]

    @property
    def is_inquiry(self) -> bool:
        """The bank only asks."""
        return self.status.startswith("warning_")


@dataclass(frozen=True, slots=True)
class Warned:
    """A bank believes a payment to be fraud, and has not disputed it yet."""

    id: str
    charge: str
    kind: str


def dispute(dispute_id: str) -> Dispute:
    """Read a dispute again, with every line it has in our balance's history."""
    one: Any = ask(lambda: client().v1.disputes.retrieve(dispute_id))
    lines = {line.id: line for line in map(booked, one.balance_transactions or [])}
    lines |= {line.id: line for line in of_source(dispute_id)}
    until = one.evidence_details.due_by if one.evidence_details else None
    return Dispute(
        id=one.id,
        charge=_id(one.charge),
        payment_intent=_id(one.payment_intent) if one.payment_intent else "",
        status=one.status,
        reason=one.reason or "",
        amount=Money(one.amount, one.currency),
        answer_by=time_of(until) if until else None,
        moved=list(lines.values()),
    )


def disputes_of(charge: str) -> list[str]:
    """The disputes of one charge, by their ids."""
    params: Any = {"charge": charge, "limit": 100}
    page = ask(lambda: client().v1.disputes.list(params))
    return [one.id for one in page.auto_paging_iter()]


def fraud_warning(warning_id: str) -> Warned:
    one: Any = ask(lambda: client().v1.radar.early_fraud_warnings.retrieve(warning_id))
    return Warned(one.id, _id(one.charge), one.fraud_type or "")


def _id(thing: Any) -> str:
    """A reference, whether Stripe sent the id or the whole thing."""
    return thing if isinstance(thing, str) else str(thing.id)
