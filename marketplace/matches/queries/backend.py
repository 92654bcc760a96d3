"""Which of the two ways to a ranking this installation takes."""

from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.settings import settings
from models import Refused

from .ranked import Backend
from .sql import Sql

#: From so many accounts on `auto` takes the columnar way.
COLUMNAR_FROM = 20_000
#: A market larger than this is never read whole by a web process.
_TOO_LARGE = 200_000


def backend(db: Session) -> Backend:
    """The columnar way wherever the worker has built a snapshot, unless the settings forbid it."""
    if settings().match_engine != "sql":
        if found := _columnar():
            return found
        if _about(db) > _TOO_LARGE:
            raise Refused(_("The list of creators is being prepared. Try again in some minutes."))
    return Sql()


def _columnar() -> Backend | None:
    folder = settings().matching_dir
    if not folder.exists():
        return None
    # Only here, so that what a small installation never uses isn't loaded at every start.
    from . import snapshots
    from .columnar import Columnar

    opened = snapshots.current(folder)
    return Columnar(opened) if opened else None


def warm() -> None:
    """Open the snapshot and scan it once, so that the first page need not wait for that."""
    if settings().match_engine != "sql" and (found := _columnar()):
        found.warm()


def _about(db: Session) -> int:
    """How many accounts there are, as the database estimates it."""
    estimate = "SELECT reltuples FROM pg_class WHERE oid = 'platform_accounts'::regclass"
    return int(db.scalar(text(estimate)) or 0)
