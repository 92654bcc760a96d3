"""Rate limits that hold across every web process: the counters stand in PostgreSQL."""

import time
from typing import Any, ClassVar

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

_engines: dict[str, Engine] = {}


class PostgresStorage(Storage):
    """Fixed windows in an unlogged table, on a connection of their own: they outlive a rollback."""

    STORAGE_SCHEME: ClassVar = ["alongside"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._name = uri

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def _run(self, sql: str, **values: Any) -> Any:
        with _engines[self._name].begin() as connection:
            result = connection.execute(text(sql), values)
            return result.first() if result.returns_rows else None

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        row = self._run(
            "INSERT INTO rate_counters (id, key, count, expires_at, created_at)"
            " VALUES (gen_random_uuid(), :key, :amount,"
            " clock_timestamp() + make_interval(secs => :expiry), clock_timestamp())"
            " ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN rate_counters.expires_at < clock_timestamp() THEN :amount"
            " ELSE rate_counters.count + :amount END,"
            " expires_at = CASE WHEN rate_counters.expires_at < clock_timestamp()"
            " THEN excluded.expires_at ELSE rate_counters.expires_at END"
            " RETURNING count",
            key=key,
            amount=amount,
            expiry=expiry,
        )
        return int(row[0])

    def get(self, key: str) -> int:
        row = self._run(
            "SELECT count FROM rate_counters WHERE key = :key AND expires_at > clock_timestamp()",
            key=key,
        )
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._run(
            "SELECT extract(epoch FROM expires_at) FROM rate_counters WHERE key = :key", key=key
        )
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        return bool(self._run("SELECT 1"))

    def reset(self) -> int | None:
        self._run("DELETE FROM rate_counters")
        return None

    def clear(self, key: str) -> None:
        self._run("DELETE FROM rate_counters WHERE key = :key", key=key)


limiter = Limiter(get_remote_address, headers_enabled=True)


def limit(app: Flask, engine: Engine) -> None:
    """Count tries in this app's database."""
    uri = f"alongside://{id(app)}"
    _engines[uri] = engine
    app.config["RATELIMIT_STORAGE_URI"] = uri
    limiter.init_app(app)
