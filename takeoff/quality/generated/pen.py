"""Draws text and lines in points of the unreduced sheet."""

from __future__ import annotations

import io

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

FONT, BOLD = "Helvetica", "Helvetica-Bold"


class Pen:
    """Draws a sheet of ``size`` points, which is printed at ``share`` of its size."""

    def __init__(self, size: tuple[float, float], share: float) -> None:
        self.size = size
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, (size[0] * share, size[1] * share), invariant=1)
        self.canvas.scale(share, share)

    def text(
        self,
        at: tuple[float, float],
        words: str,
        size: float,
        *,
        align: float = 0.0,
        turn: float = 0.0,
        font: str = FONT,
    ) -> None:
        """Write ``words`` from ``at`` on (``align`` 0), around it (0.5), or up to it (1)."""
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(*at)
        canvas.rotate(turn)
        canvas.setFont(font, size)
        canvas.drawString(-align * stringWidth(words, font, size), 0, words)
        canvas.restoreState()

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw a line."""
        self.canvas.line(*start, *end)

    def box(self, corner: tuple[float, float], wide: float, high: float, fill: int = 0) -> None:
        """Draw a rectangle."""
        self.canvas.rect(*corner, wide, high, fill=fill)

    def circle(self, centre: tuple[float, float], radius: float) -> None:
        """Draw a circle."""
        self.canvas.circle(*centre, radius)

    def pdf(self, rotate: int) -> bytes:
        """Return the sheet as a PDF whose page is turned by ``rotate`` degrees."""
        self.canvas.setPageRotation(rotate)
        self.canvas.showPage()
        self.canvas.save()
        return self._buffer.getvalue()
