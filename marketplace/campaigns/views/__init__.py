"""The pages of campaigns, by noun; all on one blueprint."""

from . import applications, campaigns, invitations, wizard
from .blueprint import bp

__all__ = ["applications", "bp", "campaigns", "invitations", "wizard"]
