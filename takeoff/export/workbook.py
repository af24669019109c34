"""Writes tables as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from takeoff.export.tables import Cell, Table

_MOST_WIDTH = 48
_FRACTION = "#,##0.00"
_OPTIONS = {
    # Write row by row to disk, and never evaluate a text as a formula.
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(target: Path, tables: Iterable[Table]) -> None:
    """Write one sheet per table, with frozen headings and filters."""
    with xlsxwriter.Workbook(target, _OPTIONS) as workbook:
        bold = workbook.add_format({"bold": True, "bottom": 1})
        number = workbook.add_format({"num_format": _FRACTION})
        for table in tables:
            sheet = workbook.add_worksheet(table.name)
            for column, width in enumerate(_widths(table)):
                sheet.set_column(column, column, width)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(table.rows), len(table.heads) - 1)
            sheet.write_row(0, 0, table.heads, bold)
            for place, row in enumerate(table.rows, 1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(place, column, cell)
                    elif isinstance(cell, float):
                        sheet.write_number(place, column, cell, number)
                    elif cell is not None:
                        sheet.write_number(place, column, cell)


def _widths(table: Table) -> list[int]:
    return [
        min(max(len(_shown(cell)) for cell in column) + 2, _MOST_WIDTH)
        for column in zip(table.heads, *table.rows, strict=True)
    ]


def _shown(cell: Cell) -> str:
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell or "")
