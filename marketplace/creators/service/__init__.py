"""What creators do about themselves, and what admins do for many of them at once."""

from .accounts import (
    HandleTaken,
    add_account,
    change_account,
    plain_handle,
    remove_account,
    save_profile,
    set_prices,
)
from .audiences import TYPED_PEOPLE, declare_audience, keep_audience
from .bringing import Brought, bring, invite_people, nobody, without_others
from .rosters import (
    drop_roster,
    keep_roster,
    note_trouble,
    read_roster,
    save_roster,
    start_roster,
    tick,
    try_again,
)

__all__ = [
    "TYPED_PEOPLE",
    "Brought",
    "HandleTaken",
    "add_account",
    "bring",
    "change_account",
    "declare_audience",
    "drop_roster",
    "invite_people",
    "keep_audience",
    "keep_roster",
    "nobody",
    "note_trouble",
    "plain_handle",
    "read_roster",
    "remove_account",
    "save_profile",
    "save_roster",
    "set_prices",
    "start_roster",
    "tick",
    "try_again",
    "without_others",
]
