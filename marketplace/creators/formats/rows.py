"""Rows of a CSV file, whatever is put between its cells."""

import csv
import io
from collections.abc import Iterator

from flask_babel import gettext as _

from .parsed import Unreadable

_WIDEST = 60
_DELIMITERS = (",", ";", "\t", "|")
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
    delimiter = _delimiter(text)
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


def _delimiter(text: str) -> str:
    """What stands most often in the first of the lines that has any of them."""
    for line in text.lstrip("\ufeff\r\n ")[:4_000].splitlines()[:10]:
        best = max(_DELIMITERS, key=line.count)
        if best in line:
            return best
    return _DELIMITERS[0]
