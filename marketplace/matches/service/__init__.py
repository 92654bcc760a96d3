"""What is written of matches: alerts of deals that fit, and who was shown to whom."""

from sqlalchemy.orm import Session

from . import alerts, exposure
from .alerts import MOST_TOLD, choose, creator_of, stop, tell_creator, tell_of_campaign
from .exposure import KEPT_DAYS, forget, show

__all__ = [
    "KEPT_DAYS",
    "MOST_TOLD",
    "choose",
    "creator_of",
    "forget",
    "show",
    "stop",
    "tell_creator",
    "tell_of_campaign",
    "tick",
]


def tick(db: Session) -> int:
    """What is due now: alerts that collected, and days whose showings are to be counted."""
    return alerts.tick(db) + exposure.tick(db)
