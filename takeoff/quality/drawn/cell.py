"""A cell of a sheet for one drawing, in feet of the building."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from reportlab.pdfgen.canvas import Canvas

Point = tuple[float, float]
_CIRCLE = 0.5523


class Cell:
    """Draws in feet from the lower left corner of a cell of ``width`` x ``height`` feet;
    ``quarter`` rotates a square cell about its middle by this many right angles.
    """

    def __init__(
        self, canvas: Canvas, draw: Random, corner: Point, side_pt: float, points_per_foot: float
    ) -> None:
        self.canvas = canvas
        self.draw = draw
        self.side = side_pt / points_per_foot
        self._corner = corner
        self._scale = points_per_foot
        self._quarter = draw.randrange(4)
        self.letters_pt = draw.choice((6.0, 7.0, 9.0))

    @property
    def letters(self) -> float:
        """The height of capitals, in feet."""
        return self.letters_pt * 0.72 / self._scale

    def at(self, point: Point) -> Point:
        """Return a point's position on the sheet, in points."""
        x, y = point[0] - self.side / 2, point[1] - self.side / 2
        for _ in range(self._quarter):
            x, y = -y, x
        return (
            self._corner[0] + (x + self.side / 2) * self._scale,
            self._corner[1] + (y + self.side / 2) * self._scale,
        )

    def line(self, *points: Point, dash: Sequence[float] = ()) -> None:
        """Draw lines from point to point, as one path."""
        self._path(points, close=False, dash=dash)

    def lines(self, *points: Point) -> None:
        """Draw lines between pairs of points, each as its own path."""
        for start, end in pairwise(points):
            ends = (start, end) if self.draw.random() < 0.5 else (end, start)
            self.line(*ends)

    def chain(self, *points: Point) -> None:
        """Draw lines from point to point, each as its own path."""
        for start, end in pairwise(points):
            self.line(start, end)

    def loop(self, *points: Point, dash: Sequence[float] = (), grey: float | None = None) -> None:
        """Draw a closed path, filled with ``grey`` if given."""
        self._path(points, close=True, dash=dash, grey=grey)

    def box(
        self, left: float, bottom: float, right: float, top: float, grey: float | None = None
    ) -> None:
        """Draw a rectangle as one closed path."""
        self.loop((left, bottom), (right, bottom), (right, top), (left, top), grey=grey)

    def arc(self, centre: Point, start: Point, end: Point, *, steps: int = 0) -> None:
        """Draw a quarter circle from start to end, as a curve or as ``steps`` lines."""
        ax, ay = start[0] - centre[0], start[1] - centre[1]
        bx, by = end[0] - centre[0], end[1] - centre[1]
        if steps:
            turns = [at / steps * math.pi / 2 for at in range(steps + 1)]
            points = [
                (
                    centre[0] + ax * math.cos(t) + bx * math.sin(t),
                    centre[1] + ay * math.cos(t) + by * math.sin(t),
                )
                for t in turns
            ]
            (self.chain if self.draw.random() < 0.5 else self.line)(*points)
            return
        path = self.canvas.beginPath()
        path.moveTo(*self.at(start))
        first = (start[0] + _CIRCLE * bx, start[1] + _CIRCLE * by)
        second = (end[0] + _CIRCLE * ax, end[1] + _CIRCLE * ay)
        path.curveTo(*self.at(first), *self.at(second), *self.at(end))
        self.canvas.drawPath(path)

    def circle(self, centre: Point, radius: float) -> None:
        """Draw a circle."""
        self.canvas.circle(*self.at(centre), radius * self._scale)

    def text(self, middle: Point, words: str, size: float = 1.0) -> None:
        """Write a line of text around its middle, upright however the cell is rotated."""
        letters = self.letters_pt * size
        self.canvas.setFont("Helvetica", letters)
        x, y = self.at(middle)
        self.canvas.drawCentredString(x, y - letters * 0.36, words)

    def paragraph(self, middle: Point, lines: Sequence[str]) -> None:
        """Write lines below each other, around a middle."""
        letters = self.letters_pt
        self.canvas.setFont("Helvetica", letters)
        x, y = self.at(middle)
        for row, words in enumerate(lines):
            down = (row - (len(lines) - 1) / 2) * 1.5 * letters
            self.canvas.drawCentredString(x, y - down - letters * 0.36, words)

    def row(self, top: float, row: int, columns: Sequence[tuple[float, str]]) -> None:
        """Write a row of a table, its columns side by side on the sheet."""
        letters = self.letters_pt
        self.canvas.setFont("Helvetica", letters)
        for left, words in columns:
            x = self._corner[0] + left * self._scale
            y = self._corner[1] + top * self._scale - row * 1.6 * letters
            self.canvas.drawString(x, y, words)

    def text_size(self, words: str, size: float = 1.0) -> Point:
        """Return the size of a text along x and y of the cell, in feet."""
        letters = self.letters_pt * size
        wide = self.canvas.stringWidth(words, "Helvetica", letters) / self._scale
        high = letters / self._scale
        return (wide, high) if self._quarter % 2 == 0 else (high, wide)

    def _path(
        self,
        points: Sequence[Point],
        *,
        close: bool,
        dash: Sequence[float] = (),
        grey: float | None = None,
    ) -> None:
        canvas = self.canvas
        canvas.saveState()
        if dash:
            canvas.setDash(list(dash))
        path = canvas.beginPath()
        path.moveTo(*self.at(points[0]))
        for point in points[1:]:
            path.lineTo(*self.at(point))
        if close:
            path.close()
        if grey is not None:
            canvas.setFillGray(grey)
        canvas.drawPath(path, stroke=1, fill=int(grey is not None))
        canvas.restoreState()
