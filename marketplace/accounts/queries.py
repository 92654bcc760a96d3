"""Where a person is signed in, and by which browser."""

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from marketplace.kit.security import token_hash
from models import Person, SignIn
from models.clock import real_now

from .service import ADMIN_IDLE, IDLE

# The first that fits names it: Edge says it is Chrome, and Chrome that it is Safari.
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox")),
    *(("Chrom", "Chrome"), ("Safari", "Safari"), ("curl", "curl")),
)
_SYSTEMS = (
    *(("iPhone|iPad", "iOS"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("Linux", "Linux")),
)


def sign_ins(db: Session, *, for_: Person) -> Sequence[SignIn]:
    """Every browser that is signed in as this person now, the latest first."""
    idle = ADMIN_IDLE if for_.is_admin else IDLE
    live = (
        SignIn.person_id == for_.id,
        SignIn.ended_at.is_(None),
        SignIn.expires_at > real_now(),
        SignIn.seen_at > real_now() - idle,
    )
    query = select(SignIn).where(*live).order_by(SignIn.seen_at.desc()).options(lazyload("*"))
    return db.scalars(query.limit(50)).all()


def is_this(sign_in: SignIn, person: Person) -> bool:
    return sign_in.token_hash == token_hash(person.sign_in_token)


def browser(agent: str) -> str:
    """A browser in words a person knows it by: Firefox on Linux."""
    name = _first(_BROWSERS, agent) or _("A browser")
    system = _first(_SYSTEMS, agent)
    return _("%(name)s on %(system)s", name=name, system=system) if system else name


def _first(known: Sequence[tuple[str, str]], agent: str) -> str | None:
    return next((name for pattern, name in known if re.search(pattern, agent)), None)
