"""The pages of those who run the place."""

from . import clock, events, machine, money, owed, place
from .door import bp

__all__ = ["bp", "clock", "events", "machine", "money", "owed", "place"]
