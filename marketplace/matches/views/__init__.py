"""The pages of matches, by noun; all on one blueprint."""

from . import creators, matches, outlook
from .blueprint import bp

__all__ = ["bp", "creators", "matches", "outlook"]
