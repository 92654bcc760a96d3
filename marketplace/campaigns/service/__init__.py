"""What people do with campaigns, invitations and applications."""

from .applications import apply, decline, withdraw
from .campaigns import as_if, close, extend, publish, reopen, save_step, start
from .invitations import Asked, invite, invite_many, refuse, tick

__all__ = [
    "Asked",
    "apply",
    "as_if",
    "close",
    "decline",
    "extend",
    "invite",
    "invite_many",
    "publish",
    "refuse",
    "reopen",
    "save_step",
    "start",
    "tick",
    "withdraw",
]
