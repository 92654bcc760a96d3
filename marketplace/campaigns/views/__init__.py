"""The pages of campaigns, by noun; all on one blueprint."""

from . import applications, campaigns, wizard
from .blueprint import bp

__all__ = ["applications", "bp", "campaigns", "wizard"]
