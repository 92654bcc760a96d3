"""What people do with campaigns, invitations and applications."""

from .applications import apply, decline, withdraw
from .campaigns import close, extend, publish, reopen, save_step, start
from .invitations import invite, refuse, tick

__all__ = [
    "apply",
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
