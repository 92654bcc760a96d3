"""Files that say who listens, each read by its own module; nothing here touches the database."""

from .own import written
from .parsed import Parsed, Unreadable, of_another
from .sniffing import read

__all__ = ["Parsed", "Unreadable", "of_another", "read", "written"]
