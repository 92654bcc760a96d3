"""The pages of those who run the place."""

from . import back, clock, events, machine, money, owed, place
from .door import bp

__all__ = ["back", "bp", "clock", "events", "machine", "money", "owed", "place"]
