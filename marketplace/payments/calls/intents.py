"""What every call begins and ends with: the intent marked before, and read again after."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from models import Checkout, Model, PayoutAccount, Refund, Reversal, Transfer

# Stripe keeps idempotency keys for a day; after that a repeat would be a second call.
KEYS_LAST = timedelta(hours=23)
Intent = TypeVar("Intent", Checkout, Transfer, Refund, Reversal, PayoutAccount)
Found = TypeVar("Found")


def begin(model: type[Intent], id: uuid.UUID, waiting: object) -> tuple[Intent, bool] | None:
    """Mark one more attempt. Gives the row and whether its key may be forgotten by now."""
    with unit_of_work() as db:
        row = db.get(model, id, with_for_update=True, populate_existing=True)
        if row is None or row.status != waiting:
            return None
        stale = row.asked_at is not None and now() - row.asked_at > KEYS_LAST
        row.attempts += 1
        row.asked_at = row.asked_at or now()
        return row, stale


def look_first(stale: bool, find: Callable[[], Found | None]) -> Found | None:
    return find() if stale else None


def again(db: Session, model: type[Found], id: uuid.UUID) -> Found:
    assert issubclass(model, Model)
    return db.get_one(model, id, populate_existing=True)


def group(purpose: str, subject_id: uuid.UUID) -> str:
    """What ties a charge, its transfers and its refunds together at Stripe."""
    return f"{purpose}_{subject_id}"
