"""What matches do by themselves: tell creators of deals that fit."""

from .alerts import choose, creator_of, stop, tell_creator, tell_of_campaign, tick

__all__ = ["choose", "creator_of", "stop", "tell_creator", "tell_of_campaign", "tick"]
