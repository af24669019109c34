"""The table at the end of a marked-up document: each number's measurement, and the sums."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

_HEADS = ("Sheet", "No.", "Condition", "Room", "Quantity", "Unit", "")
_SUM_HEADS = ("Condition", "Quantity", "Unit", "Waiting")
_WIDTHS = (80, 40, 240, 160, 80, 40, 80)
_SUM_WIDTHS = (400, 120, 80, 120)
_LONGEST = 60


def write_legend(title: str, pages: Sequence[dict[str, Any]]) -> io.BytesIO:
    """Return the table as a PDF of its own, in landscape letter pages."""
    marks = [mark for page in pages for mark in page["marks"]]
    styles = getSampleStyleSheet()
    rows = [
        (
            _plain(mark["sheet"]),
            mark["number"],
            _plain(mark["condition"]),
            _plain(mark["room"]),
            f"{mark['quantity']:,.2f}",
            mark["unit"],
            "waiting" if mark["waits"] else "",
        )
        for mark in marks
    ]
    heading = Paragraph(f"Takeoff of {escape(_plain(title))}", styles["Heading2"])
    note = Paragraph(
        "Dashed shapes wait to be accepted and do not count in the totals.", styles["BodyText"]
    )
    story = [
        heading,
        note,
        Spacer(1, 8),
        _table(_SUM_HEADS, _sums(marks), _SUM_WIDTHS, right=(1, 3)),
        Spacer(1, 14),
        _table(_HEADS, rows, _WIDTHS, right=(4,)),
    ]
    written = io.BytesIO()
    margin = 36
    SimpleDocTemplate(
        written,
        pagesize=landscape(letter),
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        title=f"Takeoff of {_plain(title)}",
    ).build(story)
    written.seek(0)
    return written


def _sums(marks: Sequence[dict[str, Any]]) -> list[tuple[str, ...]]:
    sums: dict[tuple[str, str], list[float]] = {}
    for mark in marks:
        of = sums.setdefault((mark["condition"], mark["unit"]), [0.0, 0.0])
        of[1 if mark["waits"] else 0] += mark["quantity"]
    return [
        (_plain(name), f"{counted:,.2f}", unit, f"{waiting:,.2f}" if waiting else "")
        for (name, unit), (counted, waiting) in sorted(sums.items())
    ]


def _table(
    heads: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    widths: tuple[int, ...],
    *,
    right: tuple[int, ...],
) -> Table:
    table = Table([heads, *rows], colWidths=widths, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
                ("FONTSIZE", (0, 0), (-1, -1), 8),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
                ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.lightgrey),
                *(("ALIGN", (column, 0), (column, -1), "RIGHT") for column in right),
            ]
        )
    )
    return table


def _plain(text: str) -> str:
    """Return the text with the characters Helvetica has, cut to the width of its column."""
    known = text.encode("cp1252", "replace").decode("cp1252")
    return known if len(known) <= _LONGEST else f"{known[: _LONGEST - 3]}..."
