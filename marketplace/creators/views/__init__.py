"""The pages of creators, by noun; all on one blueprint."""

from . import audiences, profile, public, rosters
from .blueprint import bp

__all__ = ["audiences", "bp", "profile", "public", "rosters"]
