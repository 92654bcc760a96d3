"""Which of the two ways to a ranking this installation takes."""

from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.settings import settings
from models import Refused

from . import snapshots
from .columnar import Columnar
from .ranked import Backend
from .sql import Sql

#: From so many accounts on `auto` takes the columnar way.
COLUMNAR_FROM = 20_000
#: A market larger than this is never read whole by a web process.
_TOO_LARGE = 200_000


def backend(db: Session) -> Backend:
    """The columnar way wherever the worker has built a snapshot, unless the settings forbid it."""
    if settings().match_engine != "sql":
        opened = snapshots.current(settings().matching_dir)
        if opened is not None:
            return Columnar(opened)
        if _about(db) > _TOO_LARGE:
            raise Refused(_("The list of creators is being prepared. Try again in some minutes."))
    return Sql()


def _about(db: Session) -> int:
    """How many accounts there are, as the database estimates it."""
    estimate = "SELECT reltuples FROM pg_class WHERE oid = 'platform_accounts'::regclass"
    return int(db.scalar(text(estimate)) or 0)
