"""Writes the sample set: sheets A-101 and S-101 on ARCH D paper."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from takeoff.sample import floor_plan, foundation_plan
from takeoff.sample.annotation import (
    dimension_rows,
    grid,
    north_arrow,
    scale_bar,
    view_title,
)
from takeoff.sample.paper import INCH, Paper
from takeoff.sample.title_block import (
    HEIGHT_IN,
    PROJECT_NAME,
    WIDTH_IN,
    SheetName,
    draw_border,
    draw_title_block,
)
from takeoff.sample.truth import DimensionTruth, SampleTruth, SheetTruth

_RATIO = 48.0
_SCALE_TEXT = '1/4" = 1\'-0"'
_ORIGIN = (3.6 * INCH, 4.6 * INCH)
_NOTES_AT = (28.15 * INCH, 21.4 * INCH)
_NOTES_SIZE = 8.0


def write_sample(target: Path) -> SampleTruth:
    """Write the sample set as a PDF to ``target`` and return what is on it.

    Two pages of 36 x 24 in at 1/4" = 1'-0": A-101 FLOOR PLAN and S-101 FOUNDATION PLAN. The file is
    byte-for-byte reproducible.

    Raises:
        OSError: ``target`` cannot be written.
    """
    canvas = Canvas(str(target), pagesize=(WIDTH_IN * INCH, HEIGHT_IN * INCH), invariant=1)
    canvas.setTitle(PROJECT_NAME)
    sheets = (_floor_plan(canvas), _foundation_plan(canvas))
    canvas.save()
    return SampleTruth(PROJECT_NAME, sheets)


def _floor_plan(canvas: Canvas) -> SheetTruth:
    name = SheetName("A-101", "FLOOR PLAN", _SCALE_TEXT)
    paper, dimensions = _begin(canvas, name, floor_plan.NOTES)
    rooms, elements = floor_plan.draw_floor_plan(paper)
    canvas.showPage()
    return SheetTruth(
        1,
        name.number,
        name.title,
        "architectural",
        name.scale_text,
        _RATIO,
        WIDTH_IN,
        HEIGHT_IN,
        tuple(dimensions),
        tuple(rooms),
        tuple(elements),
    )


def _foundation_plan(canvas: Canvas) -> SheetTruth:
    name = SheetName("S-101", "FOUNDATION PLAN", _SCALE_TEXT)
    paper, dimensions = _begin(canvas, name, foundation_plan.NOTES)
    elements = foundation_plan.draw_foundation_plan(paper)
    foundation_plan.draw_schedule(paper, (_NOTES_AT[0], _NOTES_AT[1] - 190))
    canvas.showPage()
    return SheetTruth(
        2,
        name.number,
        name.title,
        "structural",
        name.scale_text,
        _RATIO,
        WIDTH_IN,
        HEIGHT_IN,
        tuple(dimensions),
        (),
        tuple(elements),
    )


def _begin(
    canvas: Canvas, name: SheetName, notes: tuple[str, ...]
) -> tuple[Paper, list[DimensionTruth]]:
    paper = Paper(canvas, 864 / _RATIO, _ORIGIN)
    draw_border(paper)
    draw_title_block(paper, name)
    grid(paper, above=150, left=120)
    dimensions = dimension_rows(paper, near=60, far=96)
    view_title(paper, (3.4 * INCH, 2.4 * INCH), "1", name.title, name.scale_text)
    scale_bar(paper, (11.2 * INCH, 2.2 * INCH))
    north_arrow(paper, (30.6 * INCH, 2.6 * INCH))
    heading, *lines = notes
    paper.text(_NOTES_AT, heading, 12, bold=True)
    paper.paragraph((_NOTES_AT[0], _NOTES_AT[1] - 22), lines, _NOTES_SIZE)
    return paper, dimensions
