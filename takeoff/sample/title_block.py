"""The border of a sheet and the title block along its right edge."""

from __future__ import annotations

from dataclasses import dataclass

from takeoff.sample.paper import FINE, HEAVY, INCH, MEDIUM, THIN, Paper

WIDTH_IN, HEIGHT_IN = 36.0, 24.0
BLOCK_LEFT_IN = 32.1
_MARGIN_IN, _BINDING_IN = 0.5, 1.25
_RIGHT, _TOP = (WIDTH_IN - _MARGIN_IN) * INCH, (HEIGHT_IN - _MARGIN_IN) * INCH
_LEFT, _BOTTOM = BLOCK_LEFT_IN * INCH, _MARGIN_IN * INCH

PROJECT_NAME = "HARBOR STREET WORKSHOP"


@dataclass(frozen=True)
class SheetName:
    """The sheet's fields in the title block."""

    number: str
    title: str
    scale_text: str


def draw_border(paper: Paper) -> None:
    """Draw the frame of the sheet, with zone letters and numbers around it."""
    left, width = _BINDING_IN * INCH, (WIDTH_IN - _MARGIN_IN - _BINDING_IN) * INCH
    height = (HEIGHT_IN - 2 * _MARGIN_IN) * INCH
    paper.box((left, _BOTTOM), width, height, HEAVY)
    for index in range(1, 8):
        x = left + (_LEFT - left) * index / 8
        paper.line((x, _TOP), (x, _TOP + 10), THIN)
    for index in range(8):
        x = left + (_LEFT - left) * (index + 0.5) / 8
        paper.text((x, _TOP + 5), str(index + 1), 9, align="centre")


def draw_title_block(paper: Paper, name: SheetName) -> None:
    """Draw the title block: firm, seal, project, revisions, then title, scale and number."""
    middle = (_LEFT + _RIGHT) / 2
    paper.line((_LEFT, _BOTTOM), (_LEFT, _TOP), HEAVY)
    for inches in (21.2, 17.9, 14.6, 10.4, 7.4, 4.9, 3.7, 2.9):
        paper.line((_LEFT, inches * INCH), (_RIGHT, inches * INCH), MEDIUM)
    _firm(paper, middle)
    _seal(paper, middle)
    _project(paper)
    _revisions(paper)
    _record(paper)
    x = _LEFT + 8
    paper.text((x, 4.9 * INCH - 12), "SHEET TITLE", 7)
    paper.text((middle, 4.15 * INCH), name.title, 17, align="centre", bold=True)
    paper.text((x, 3.7 * INCH - 12), "SCALE", 7)
    paper.text((middle, 3.15 * INCH), name.scale_text, 13, align="centre")
    paper.text((x, 2.9 * INCH - 12), "SHEET NUMBER", 7)
    paper.text((middle, 1.25 * INCH), name.number, 62, align="centre", bold=True)


def _firm(paper: Paper, middle: float) -> None:
    paper.box((middle - 36, 22.35 * INCH), 72, 50, MEDIUM, grey=0.85)
    paper.loop(
        ((middle - 30, 22.42 * INCH), (middle, 22.95 * INCH), (middle + 30, 22.42 * INCH)), MEDIUM
    )
    paper.text((middle, 22.05 * INCH), "LANTERN & QUAY", 15, align="centre", bold=True)
    paper.text((middle, 21.8 * INCH), "ARCHITECTS AND ENGINEERS", 9, align="centre")
    paper.text((middle, 21.45 * INCH), "210 FERRY ROAD, PORT EXAMPLE", 8, align="centre")


def _seal(paper: Paper, middle: float) -> None:
    centre = (middle, 19.6 * INCH)
    paper.circle(centre, 78, MEDIUM)
    paper.circle(centre, 56, THIN)
    for row, words in enumerate(("SPECIMEN", "NOT FOR", "CONSTRUCTION")):
        paper.text((middle, centre[1] + 12 - row * 16), words, 11, align="centre", bold=True)
    paper.text((_LEFT + 8, 21.2 * INCH - 12), "SEAL", 7)


def _project(paper: Paper) -> None:
    x, y = _LEFT + 8, 17.9 * INCH
    paper.text((x, y - 12), "PROJECT", 7)
    paper.text((x, y - 44), PROJECT_NAME, 15, bold=True)
    paper.paragraph(
        (x, y - 68),
        ("NEW WORKSHOP AND OFFICES", "18 HARBOR STREET", "PORT EXAMPLE"),
        11,
    )
    paper.text((x, y - 150), "OWNER", 7)
    paper.paragraph((x, y - 166), ("HARBOR STREET PARTNERS",), 11)


def _revisions(paper: Paper) -> None:
    x, top = _LEFT, 14.6 * INCH
    paper.text((x + 8, top - 12), "REVISIONS", 7)
    columns = (x + 32, x + 100)
    for row in range(10):
        y = top - 20 - row * 26
        paper.line((x, y), (_RIGHT, y), FINE)
    for column in columns:
        paper.line((column, top - 20), (column, 10.4 * INCH), FINE)
    rows = (("1", "03/02/26", "FOR REVIEW"), ("2", "04/20/26", "FOR PERMIT"))
    for row, cells in enumerate(rows):
        y = top - 64 - row * 26
        for place, cell in zip((x + 12, columns[0] + 8, columns[1] + 8), cells, strict=True):
            paper.text((place, y), cell, 9)


def _record(paper: Paper) -> None:
    x, y = _LEFT + 8, 10.4 * INCH - 30
    record = (
        ("PROJECT NO.", "2026-014"),
        ("DATE", "04/20/2026"),
        ("DRAWN BY", "LQ"),
        ("CHECKED BY", "RM"),
        ("PHASE", "PERMIT SET"),
    )
    for label, value in record:
        paper.text((x, y), label, 7)
        paper.text((x + 100, y), value, 11)
        y -= 38
    paper.paragraph(
        (_LEFT + 8, 7.4 * INCH - 20),
        (
            "DO NOT SCALE THIS DRAWING. VERIFY ALL",
            "DIMENSIONS IN THE FIELD BEFORE WORK BEGINS.",
            "FULL SIZE SHEET IS 36 x 24 INCHES. IF THIS",
            "SHEET IS SMALLER, IT IS A REDUCED PRINT.",
        ),
        8,
    )
