"""Tables as files that spreadsheets open, without letting what people typed become formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from werkzeug.wrappers import Response

from models import Money

# A cell that begins with one of these is run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def cell(value: Any) -> str:
    """Amounts as plain decimals and days as 2026-11-23; text can't begin a formula."""
    if value is None:
        return ""
    if isinstance(value, Money):
        return f"{value.decimal:f}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_file(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([cell(one) for one in header])
    writer.writerows([cell(one) for one in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)
