"""What people do with campaigns, invitations and applications."""

from .applications import apply, decline, withdraw
from .campaigns import as_if, close, extend, publish, reopen, save_step, start
from .invitations import invite, refuse, tick

__all__ = [
    "apply",
    "as_if",
    "close",
    "decline",
    "extend",
    "invite",
    "publish",
    "refuse",
    "reopen",
    "save_step",
    "start",
    "tick",
    "withdraw",
]
