"""A sheet of paper with the building on it at a scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reportlab.pdfgen.canvas import Canvas

Point = tuple[float, float]
INCH = 72.0
FONT, BOLD = "Helvetica", "Helvetica-Bold"

# Line weights, in points.
FINE, THIN, MEDIUM, HEAVY = 0.35, 0.6, 1.1, 2.2

DASHED = (7, 4)
CHAIN = (22, 4, 4, 4)


class Paper:
    """Draws in points, and converts feet of the building to points of the page.

    ``origin`` is the position of the building's (0, 0), in points.
    """

    def __init__(self, canvas: Canvas, points_per_foot: float, origin: Point) -> None:
        self.canvas = canvas
        self.points_per_foot = points_per_foot
        self.origin = origin

    def at(self, point: Point) -> Point:
        """Convert a point of the building (feet) to a point of the page (points)."""
        x, y = point
        return (
            self.origin[0] + x * self.points_per_foot,
            self.origin[1] + y * self.points_per_foot,
        )

    def line(self, start: Point, end: Point, weight: float, dash: Sequence[float] = ()) -> None:
        with self._pen(weight, dash):
            self.canvas.line(*start, *end)

    def box(
        self,
        corner: Point,
        width: float,
        height: float,
        weight: float,
        *,
        grey: float | None = None,
    ) -> None:
        with self._pen(weight, ()):
            self._fill(grey)
            self.canvas.rect(*corner, width, height, fill=int(grey is not None))

    def loop(
        self,
        points: Sequence[Point],
        weight: float,
        dash: Sequence[float] = (),
        grey: float | None = None,
    ) -> None:
        """Draw a closed outline as one path."""
        path = self.canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
        with self._pen(weight, dash):
            self._fill(grey)
            self.canvas.drawPath(path, stroke=int(weight > 0), fill=int(grey is not None))

    def circle(
        self, centre: Point, radius: float, weight: float, grey: float | None = None
    ) -> None:
        with self._pen(weight, ()):
            self._fill(grey)
            self.canvas.circle(*centre, radius, stroke=1, fill=int(grey is not None))

    def arc(self, centre: Point, radius: float, start: float, extent: float) -> None:
        """Draw part of a circle; angles in degrees, counter-clockwise from east."""
        x, y = centre
        with self._pen(FINE, ()):
            self.canvas.arc(x - radius, y - radius, x + radius, y + radius, start, extent)

    def text(
        self,
        place: Point,
        words: str,
        size: float,
        *,
        align: str = "left",
        bold: bool = False,
        turn: float = 0.0,
        mask: bool = False,
    ) -> None:
        """Write one line from ``place`` on its baseline, turned by ``turn`` degrees.

        ``mask`` (centred text only) blanks out the background of the words.
        """
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(*place)
        canvas.rotate(turn)
        font = BOLD if bold else FONT
        if mask:
            width = canvas.stringWidth(words, font, size) + 4
            canvas.setFillGray(1)
            canvas.rect(-width / 2, -size * 0.25, width, size * 1.1, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.setFont(font, size)
        {
            "left": canvas.drawString,
            "centre": canvas.drawCentredString,
            "right": canvas.drawRightString,
        }[align](0, 0, words)
        canvas.restoreState()

    def paragraph(self, place: Point, lines: Sequence[str], size: float) -> float:
        """Write lines downwards from ``place``; return the position of the next line."""
        x, y = place
        for line in lines:
            self.text((x, y), line, size)
            y -= size * 1.45
        return y

    @contextmanager
    def _pen(self, weight: float, dash: Sequence[float]) -> Iterator[None]:
        self.canvas.saveState()
        self.canvas.setLineWidth(weight)
        self.canvas.setStrokeGray(0)
        if dash:
            self.canvas.setDash(list(dash))
        yield
        self.canvas.restoreState()

    def _fill(self, grey: float | None) -> None:
        if grey is not None:
            self.canvas.setFillGray(grey)
