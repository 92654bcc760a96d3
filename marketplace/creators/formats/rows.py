"""Rows of a CSV file, whatever is put between its cells."""

import csv
import io
from collections.abc import Iterator

from flask_babel import gettext as _

from .parsed import Unreadable

_WIDEST = 60
#: What the row of a sum is called, which is nobody's name.
TOTALS = frozenset(
    {
        *("total", "totals", "grand total", "sum", "summa", "totalt", "yhteensä", "i alt"),
        *("gesamt", "insgesamt", "summe", "gesamtsumme", "totale", "totales", "totaal", "suma"),
        *("łącznie", "razem", "итого", "合計", "总计"),
    }
)


def rows_of(text: str, most: int) -> Iterator[tuple[int, list[str]]]:
    """Each row that has something in it, with the line it ends on."""
    first = text.lstrip("\ufeff\r\n ")[:4_000].partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if len(row) > _WIDEST or reader.line_num > most:
                raise Unreadable(
                    _("The file is too long or too wide. Our limit is %(rows)s rows", rows=most)
                )
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)s can’t be read as CSV. Check its quotes", line=reader.line_num)
        ) from error
