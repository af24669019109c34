"""A sheet with a border, a title block and a grid of drawings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from reportlab.pdfgen.canvas import Canvas

from takeoff.quality.drawn import counts, rooms
from takeoff.quality.drawn.cell import Cell
from takeoff.quality.drawn.truth import Known, KnownSheet

_INCH = 72.0
_SIZES_IN = ((36.0, 24.0), (42.0, 30.0), (34.0, 22.0), (24.0, 36.0), (33.1, 23.4))
# Points per foot: from 1/16" = 1'-0" to 3/8" = 1'-0", a metric 1:100, and reduced prints.
_SCALES = (4.5, 6.0, 6.67, 9.0, 9.0, 13.5, 18.0, 28.35 * 0.3048)
_ROOMS = (
    "SHOP", "BOILER ROOM", "LOBBY", "KITCHEN", "OFFICE", "STORAGE", "CLASSROOM", "LIBRARY",
    "STUDIO", "BREAK ROOM", "SERVER ROOM", "CHAPEL", "GARAGE", "DINING", "LAUNDRY", "MECHANICAL",
    "PANTRY", "NURSERY", "GALLERY", "ARCHIVE", "WORKSHOP", "CONFERENCE", "RECEPTION", "SANCTUARY",
)  # fmt: skip
_MOST_DRAWINGS = 10
_PLANTS = ("ARONIA", "CELTIS", "QUERCUS", "CORNUS", "BETULA", "SALVIA", "SPIREA", "RHUS")
_THINGS = ("JOIST HANGER", "BOLLARD", "STEEL POST", "FLOOR DRAIN", "BIKE RACK", "LIGHT POLE")
_MARKS = ("F1", "F2", "P3", "C4", "F7", "P1", "C2")


def write_drawn_sheet(path: Path, draw: Random) -> KnownSheet:
    """Write a random one-page PDF drawn from ``draw``, and return what is on it."""
    wide, high = (side * _INCH for side in draw.choice(_SIZES_IN))
    scale = draw.choice(_SCALES)
    canvas = Canvas(str(path), pagesize=(wide, high), invariant=1)
    canvas.setPageRotation(draw.choice((0, 0, 0, 90, 180, 270)))
    canvas.setLineWidth(draw.choice((0.3, 0.6, 1.0)))
    left, bottom, right, top = _border(canvas, draw, wide, high)
    side = min(max(40.0 * scale, 300.0), right - left, top - bottom)
    known: list[Known] = []
    drawings = _drawings(draw)
    places = [
        (left + side * column, bottom + side * row)
        for row in range(int((top - bottom) / side))
        for column in range(int((right - left) / side))
    ]
    for place in draw.sample(places, min(len(places), _MOST_DRAWINGS)):
        known += next(drawings)(Cell(canvas, draw, place, side, scale))
    canvas.save()
    return KnownSheet(scale, tuple(known))


def _drawings(draw: Random) -> Iterator[Callable[[Cell], Iterator[Known]]]:
    """Yield drawings endlessly, with unique names; a cell without a name left is empty."""
    names, plants, things, marks = (
        draw.sample(each, len(each)) for each in (_ROOMS, _PLANTS, _THINGS, _MARKS)
    )
    of_rooms = (
        rooms.closed_room, rooms.room_with_door, rooms.room_with_door, rooms.room_with_things,
        rooms.framed_view,
    )  # fmt: skip
    of_two = (rooms.building, rooms.building, _named_from_outside)
    while True:
        kind = draw.random()
        if kind < 0.45 and names:
            yield _with(draw.choice(of_rooms), names.pop())
        elif kind < 0.7 and len(names) > 1:
            yield _with(draw.choice(of_two), names.pop(), names.pop())
        elif kind < 0.8 and plants:
            yield _with(draw.choice((counts.tagged_plants, counts.listed_only)), plants.pop())
        elif kind < 0.9 and things:
            yield _with(counts.plural_note, things.pop())
        elif marks:
            yield _with(counts.marked_symbols, marks.pop())
        else:
            yield _nothing


def _named_from_outside(cell: Cell, name: str, _: str) -> Iterator[Known]:
    return rooms.named_from_outside(cell, name)


def _nothing(cell: Cell) -> Iterator[Known]:  # noqa: ARG001 (as the others are called)
    return iter(())


def _with(
    drawing: Callable[..., Iterator[Known]], *names: str
) -> Callable[[Cell], Iterator[Known]]:
    return lambda cell: drawing(cell, *names)


def _border(
    canvas: Canvas, draw: Random, wide: float, high: float
) -> tuple[float, float, float, float]:
    """Draw a border and a title block; return the space left for drawings."""
    margin = draw.uniform(0.3, 0.9) * _INCH
    if draw.random() < 0.4:
        canvas.rect(0.5, 0.5, wide - 1, high - 1)
    style = draw.choice(("one", "two", "lines", "none"))
    left, bottom, right, top = margin, margin, wide - margin, high - margin
    if style in ("one", "two"):
        canvas.rect(left, bottom, right - left, top - bottom)
    if style == "two":
        gap = draw.uniform(0.05, 0.3) * _INCH
        left, bottom, right, top = left + gap, bottom + gap, right - gap, top - gap
        canvas.rect(left, bottom, right - left, top - bottom)
    if style == "lines":
        for x in (left, right):
            canvas.line(x, bottom, x, top)
        for y in (bottom, top):
            canvas.line(left, y, right, y)
    block = draw.choice(("right", "bottom", "box")) if style != "none" else "none"
    return _title_block(canvas, block, (left, bottom, right, top))


def _title_block(
    canvas: Canvas, block: str, inner: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    left, bottom, right, top = inner
    wide, high = 3.2 * _INCH, 2.6 * _INCH
    words = ("SHEET TITLE", "FLOOR PLAN", "DATE", "SHEET NUMBER", "A-101")
    place = right - wide + 12, bottom + high - 24
    if block == "right":
        canvas.line(right - wide, bottom, right - wide, top)
        right -= wide
    elif block == "bottom":
        canvas.line(left, bottom + high, right, bottom + high)
        bottom += high
    elif block == "box":
        canvas.rect(right - wide, bottom, wide, high)
        bottom += high
    else:
        return left, bottom, right, top
    canvas.setFont("Helvetica", 9)
    for row, text in enumerate(words):
        canvas.drawString(place[0], place[1] - 24 * row, text)
    return left, bottom, right, top
