"""Draws an extremely dense sheet, to measure the cost of reading."""

from __future__ import annotations

from pathlib import Path
from random import Random

from reportlab.pdfgen.canvas import Canvas

SIZE_IN = (42.0, 30.0)

_INCH = 72.0
# Capitals of 3/32 in, the smallest height that drawing standards allow.
_LETTERS_PT, _LEADING_PT = 9.4, 15.0
_MARGIN_PT = 54.0
_TITLE_BLOCK_PT, _NOTES_PT = 4 * _INCH, 7 * _INCH
_ROOM_PT = (3.4 * _INCH, 2.2 * _INCH)
_WORDS = (  # noqa: SIM905 (one word a line would be a page)
    "CONCRETE SLAB ON GRADE FOOTING WALL REINFORCING STEEL VAPOR BARRIER CONTROL JOINT PROVIDE"
    " VERIFY DIMENSIONS IN FIELD CONTRACTOR SHALL COORDINATE WITH MECHANICAL ELECTRICAL PLUMBING"
    " DRAWINGS TYPICAL UNLESS NOTED OTHERWISE SEE DETAIL SECTION ANCHOR BOLT BASE PLATE COLUMN"
    " BEAM JOIST DECK INSULATION MEMBRANE FLASHING GYPSUM BOARD PARTITION DOOR FRAME HARDWARE"
    " WINDOW GLAZING FINISH FLOOR ELEVATION CEILING HEIGHT LOCATE MINIMUM MAXIMUM THICKNESS"
    " 4,000 PSI A615 3/S-501 28 DAYS GRADE 60 15 MIL 2024 1/4 W16X31 HSS6X6"
).split()


def write_dense_sheet(path: Path) -> None:
    """Write a PDF of 42 x 30 in and one page: a title block, two columns of notes, and rooms full
    of text, some of it turned, between walls and hatches. Its text layer is the truth.
    """
    draw = Random(1)  # noqa: S311 (which words stand where, the same every time)
    width, height = (side * _INCH for side in SIZE_IN)
    canvas = Canvas(str(path), pagesize=(width, height), invariant=1)
    block = width - _MARGIN_PT - _TITLE_BLOCK_PT
    notes = block - _NOTES_PT
    canvas.setLineWidth(1.5)
    canvas.rect(36, 36, width - 72, height - 72)
    for x in (block, notes):
        canvas.line(x, 36, x, height - 36)
    _title_block(canvas, block)
    _column(canvas, draw, notes + 12, block - 12, height - _MARGIN_PT)
    y = height - _MARGIN_PT - _ROOM_PT[1]
    while y > _MARGIN_PT:
        x = _MARGIN_PT
        while x + _ROOM_PT[0] < notes:
            _room(canvas, draw, x, y)
            x += _ROOM_PT[0]
        y -= _ROOM_PT[1]
    canvas.showPage()
    canvas.save()


def _title_block(canvas: Canvas, left: float) -> None:
    for bottom, size, words in ((60, 44, "S-101"), (150, 16, "FOUNDATION PLAN"), (180, 9, "TITLE")):
        canvas.setFont("Helvetica", size)
        canvas.drawString(left + 20, bottom, words)


def _column(canvas: Canvas, draw: Random, left: float, right: float, top: float) -> None:
    canvas.setFont("Helvetica", _LETTERS_PT)
    y = top - _LEADING_PT
    while y > _MARGIN_PT:
        canvas.drawString(left, y, _line(canvas, draw, right - left))
        y -= _LEADING_PT


def _room(canvas: Canvas, draw: Random, x: float, y: float) -> None:
    """A room with walls, a hatched strip, six lines of text and one that is turned."""
    wide, high = _ROOM_PT
    canvas.setLineWidth(2)
    canvas.rect(x + 3, y + 3, wide - 6, high - 6)
    canvas.setLineWidth(0.35)
    for step in range(0, int(wide) - 30, 6):
        canvas.line(x + 8 + step, y + 8, x + 20 + step, y + 24)
    canvas.setFont("Helvetica", _LETTERS_PT)
    for row in range(6):
        line = _line(canvas, draw, wide - 50)
        canvas.drawString(x + 12, y + high - 22 - _LEADING_PT * row, line)
    canvas.saveState()
    canvas.translate(x + wide - 14, y + 30)
    canvas.rotate(90)
    canvas.drawString(0, 0, _line(canvas, draw, high - 50))
    canvas.restoreState()


def _line(canvas: Canvas, draw: Random, width: float) -> str:
    """Return words that fill a line of ``width`` points."""
    line = draw.choice(_WORDS)
    while True:
        longer = f"{line} {draw.choice(_WORDS)}"
        if canvas.stringWidth(longer, "Helvetica", _LETTERS_PT) > width:
            return line
        line = longer
