"""Who gets seen: for everybody to read, and to count again."""

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace import access
from marketplace.kit.clock import today
from marketplace.kit.db import db
from marketplace.kit.sheets import csv_file
from marketplace.matches import service, words
from marketplace.matches.queries import exposure as queries
from matching import exposure

from .blueprint import bp

# Older months stand in the table to download.
_MONTHS = 12


@bp.get("/seen", allow=access.anyone)
def seen() -> ResponseReturnValue:
    months = queries.months(db(), most=_MONTHS)
    return render_template(
        "matches/seen.html",
        months=months,
        newest=next((month for month in months if month.is_enough), None),
        words=words,
        rules=exposure,
        enough=queries.ENOUGH,
        kept_days=service.KEPT_DAYS,
        columns=queries.COLUMNS,
    )


@bp.get("/seen.csv", allow=access.anyone)
def seen_csv() -> ResponseReturnValue:
    """The same by month and size, without names."""
    return csv_file(f"alongside-seen-{today().isoformat()}", queries.COLUMNS, queries.rows(db()))
