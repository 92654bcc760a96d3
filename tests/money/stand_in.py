"""Our stand-in for Stripe as a process, whose whole state can be kept and brought back."""

import logging
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from marketplace.stripe_sandbox import create_sandbox

CLOCK = "SELECT value FROM meta WHERE name = 'clock_shift'"
# Ours by its name, and whoever else there is.
BALANCES = """
SELECT account = 'acct_1SandboxPlatform', currency, sum(net) FROM entries
GROUP BY account, currency ORDER BY 1, 2, 3
"""


def serve(folder: Path, port: int) -> None:
    logging.disable(logging.INFO)
    app = create_sandbox(folder)
    store = app.extensions["sandbox"].store
    # Its clock stands still until it is moved: a bank's word must not come while we are slow.
    began = int(time.time())
    store.now = lambda: began + store.shift
    kept: dict[str, sqlite3.Connection] = {}

    @app.post("/_lab/keep/<name>")
    def keep(name: str) -> dict[str, Any]:
        with store.lock:
            kept[name] = sqlite3.connect(":memory:", check_same_thread=False)
            store.db.backup(kept[name])
        return {}

    @app.post("/_lab/bring_back/<name>")
    def bring_back(name: str) -> dict[str, Any]:
        with store.lock:
            kept[name].backup(store.db)
            found = store.db.execute(CLOCK).fetchone()
            store.shift = found[0] if found else 0
        return {}

    @app.get("/_lab/balances")
    def balances() -> list[Any]:
        """What lies in each account at Stripe."""
        with store.lock:
            return [list(row) for row in store.db.execute(BALANCES).fetchall()]

    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
