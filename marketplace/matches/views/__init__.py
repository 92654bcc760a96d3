"""The pages of matches, by noun; all on one blueprint."""

from . import alerts, alike, compare, creators, listeners, matches, outlook, seen, why_not
from .blueprint import bp

__all__ = [
    "alerts",
    "alike",
    "bp",
    "compare",
    "creators",
    "listeners",
    "matches",
    "outlook",
    "seen",
    "why_not",
]
