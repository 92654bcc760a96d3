"""The pages of those who run the place."""

from . import clock, machine, money, place
from .door import bp

__all__ = ["bp", "clock", "machine", "money", "place"]
