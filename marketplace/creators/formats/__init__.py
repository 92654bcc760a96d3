"""Files that say who listens, each read by its own module; nothing here touches the database."""

from .parsed import Parsed, Unreadable
from .sniffing import read

__all__ = ["Parsed", "Unreadable", "read"]
