"""The pages of matches, by noun; all on one blueprint."""

from . import compare, creators, matches, outlook
from .blueprint import bp

__all__ = ["bp", "compare", "creators", "matches", "outlook"]
