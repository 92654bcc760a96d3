"""Many rows of one model at once, as one statement."""

import json
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

from psycopg import sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models import Model


def insert_many(db: Session, model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows within this transaction; what a row leaves out is the column's default.

    The session learns nothing of them, and triggers fire once for all.
    """
    db.flush()
    columns: list[Any] = [column for column in model.__table__.columns if column.identity is None]
    written = [(column.name, _default(column), _writer(column)) for column in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model.__tablename__),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in columns),
    )
    connection: Any = db.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(
                [write(row[name] if name in row else default()) for name, default, write in written]
            )


def _default(column: Any) -> Callable[[], Any]:
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)


def _writer(column: Any) -> Callable[[Any], Any]:
    if isinstance(column.type, JSONB):
        return lambda value: json.dumps(value, ensure_ascii=False)
    return lambda value: value.value if isinstance(value, Enum) else value
