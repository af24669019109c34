"""A table as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from takeoff.export.tables import Cell, Table

# Spreadsheets evaluate a cell that begins with one of these, even after a separator or full-width.
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BOM = "\ufeff"


def csv_of(table: Table) -> Iterator[bytes]:
    """Yield the table as lines of UTF-8, with a byte order mark, which Excel needs to detect UTF-8.

    A text that a spreadsheet would evaluate as a formula is prefixed with an apostrophe.
    """
    yield _BOM.encode()
    line = io.StringIO()
    writer = csv.writer(line)
    for row in (table.heads, *table.rows):
        writer.writerow([_safe(cell) for cell in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_RUN):
        return f"'{cell}"
    return cell
