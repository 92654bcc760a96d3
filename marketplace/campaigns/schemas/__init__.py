"""What may come in about campaigns."""

from .answers import BrowseIn, DeclineIn, apply_in, extend_in, invite_in, invite_many_in
from .brief import schema_of, with_more
from .initial import initial

__all__ = [
    "BrowseIn",
    "DeclineIn",
    "apply_in",
    "extend_in",
    "initial",
    "invite_in",
    "invite_many_in",
    "schema_of",
    "with_more",
]
