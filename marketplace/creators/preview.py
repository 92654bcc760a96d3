"""What was read of a file, carried through the preview page: nothing is saved before a yes.

It is signed for one account and for an hour, so what comes back is what was shown.
"""

from datetime import date
from typing import Any, NamedTuple

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from models import PlatformAccount

from .formats import Parsed

_HOUR = 3_600


class Preview(NamedTuple):
    format: str
    file_name: str
    taken_on: date
    dimensions: dict[str, dict[str, Any]]


def _signer(account: PlatformAccount) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"audience {account.id}")


def sealed(account: PlatformAccount, parsed: Parsed, file_name: str, taken_on: date) -> str:
    shown = (parsed.format, file_name, taken_on.isoformat(), parsed.dimensions)
    return str(_signer(account).dumps(shown))


def opened(account: PlatformAccount, seal: str) -> Preview | None:
    """What was shown, or None when the seal is broken or older than an hour."""
    try:
        format_, file_name, taken_on, dimensions = _signer(account).loads(seal, max_age=_HOUR)
    except BadData:
        return None
    return Preview(format_, file_name, date.fromisoformat(taken_on), dimensions)
