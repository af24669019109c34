"""Draws shapes and their numbers on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor, white
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

_FONT, _LEAST_PT, _MOST_PT, _WIDTHS_OF_NUMBER = "Helvetica-Bold", 7.0, 16.0, 200
_MOST_STEPS = 20
_LINE_PT, _DASH_PT = 1.5, (4, 3)
_CROSS_PT = 6.0
_FILL, _FAINT_FILL = 0.18, 0.06
_EVEN_ODD = 0

Point = tuple[float, float]


def draw_marks(
    canvas: Canvas, marks: Sequence[dict[str, Any]], across: float, down: float, size: Point
) -> None:
    """Draw ``marks``, whose points are pixels of an image, on a page of this width and height.

    ``across`` and ``down`` are points of the page for each pixel, and ``size`` is in points.
    Numbers come last, so that no shape hides one.
    """

    def at(point: Sequence[float]) -> Point:
        return point[0] * across, size[1] - point[1] * down

    corners = [_draw(canvas, mark, at, (across * down) ** 0.5) for mark in marks]
    written: list[_Box] = []
    for mark, corner in zip(marks, corners, strict=True):
        _draw_number(canvas, mark, corner, size, written)


def _draw(canvas: Canvas, mark: dict[str, Any], at: Any, scale: float) -> Point:
    """Draw the shape, and return its top left corner."""
    colour, waits = HexColor(mark["colour"]), mark["waits"]
    geometry, kind = mark["geometry"], mark["kind"]
    points = [at(point) for point in geometry["points"]]
    canvas.saveState()
    canvas.setStrokeColor(colour)
    canvas.setFillColor(colour, alpha=_FAINT_FILL if waits else _FILL)
    canvas.setLineWidth(_LINE_PT)
    if waits:
        canvas.setDash(*_DASH_PT)
    path, filled = canvas.beginPath(), kind in ("polygon", "rectangle", "circle")
    reach = 0.0
    if kind == "point":
        reach = _CROSS_PT
        _add_cross(path, points[0])
    elif kind == "circle":
        reach = geometry["radius"] * scale
        path.circle(points[0][0], points[0][1], reach)
    else:
        for ring in (
            _corners(kind, points),
            *(map(at, hole) for hole in geometry.get("holes", ())),
        ):
            _add_ring(path, list(ring), closed=filled)
    canvas.drawPath(path, stroke=1, fill=int(filled), fillMode=_EVEN_ODD)
    canvas.restoreState()
    return min(x for x, _ in points) - reach, max(y for _, y in points) + reach


def _corners(kind: str, points: list[Point]) -> list[Point]:
    if kind != "rectangle" or len(points) != 2:
        return points
    (x0, y0), (x1, y1) = points
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def _add_ring(path: PDFPathObject, ring: list[Point], *, closed: bool) -> None:
    path.moveTo(*ring[0])
    for point in ring[1:]:
        path.lineTo(*point)
    if closed:
        path.close()


def _add_cross(path: PDFPathObject, centre: Point) -> None:
    x, y = centre
    path.moveTo(x - _CROSS_PT, y)
    path.lineTo(x + _CROSS_PT, y)
    path.moveTo(x, y - _CROSS_PT)
    path.lineTo(x, y + _CROSS_PT)


def _size(width: float) -> float:
    """The font size of numbers: larger on a larger sheet, which is viewed from further away."""
    return min(max(width / _WIDTHS_OF_NUMBER, _LEAST_PT), _MOST_PT)


def _draw_number(
    canvas: Canvas, mark: dict[str, Any], corner: Point, page: Point, written: list[_Box]
) -> None:
    """Write the number in a box at the shape's top left corner, avoiding the existing boxes."""
    size = _size(page[0])
    wide, high = stringWidth(mark["number"], _FONT, size) + 4, size + 3
    x, y = min(max(corner[0], 0.0), page[0] - wide), min(corner[1], page[1] - high)
    for _ in range(_MOST_STEPS):
        taken = [box for box in written if box.meets(x, y, wide, high)]
        if not taken:
            break
        x = max(box.right for box in taken) + 1
    written.append(_Box(x, y, x + wide, y + high))
    canvas.setFillColor(HexColor(mark["colour"]), alpha=1)
    canvas.rect(x, y, wide, high, stroke=0, fill=1)
    canvas.setFillColor(white, alpha=1)
    canvas.setFont(_FONT, size)
    canvas.drawString(x + 2, y + size * 0.3, mark["number"])


@dataclass(frozen=True)
class _Box:
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, x: float, y: float, wide: float, high: float) -> bool:
        return x < self.right and x + wide > self.left and y < self.top and y + high > self.bottom
