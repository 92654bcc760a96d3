"""What was read of a file, carried through the preview page: nothing is saved before a yes.

It is signed for one account and for an hour, so what comes back is what was shown.
"""

from datetime import date
from typing import Any, NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from models import PlatformAccount, Provenance

from .parsed import Parsed

_HOUR = 3_600


class Preview(NamedTuple):
    format: str
    file_name: str
    taken_on: date
    dimensions: dict[str, dict[str, Any]]
    figures: dict[str, int]
    provenance: Provenance


class Seal:
    def __init__(self, secret: object, account: PlatformAccount) -> None:
        self._signer = URLSafeTimedSerializer(str(secret), salt=f"audience {account.id}")

    def put(self, parsed: Parsed, file_name: str, taken_on: date) -> str:
        shown = (parsed.format, file_name, taken_on.isoformat(), parsed.dimensions)
        return str(self._signer.dumps((*shown, parsed.figures, parsed.provenance)))

    def open(self, sealed: str) -> Preview | None:
        """What was shown, or None when the seal is broken or older than an hour."""
        try:
            given = self._signer.loads(sealed, max_age=_HOUR)
        except BadData:
            return None
        format_, name, taken_on, dimensions, figures, provenance = given
        day, how = date.fromisoformat(taken_on), Provenance(provenance)
        return Preview(format_, name, day, dimensions, figures, how)
