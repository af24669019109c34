"""Small sheets with a known scale, for the tests that read it back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from takeoff.scale.detection import detect_scale
from takeoff.scale.vector_layer import VectorLayer, read_vector_layer
from takeoff.scale.verdict import ScaleVerdict
from takeoff.text_layer import TextLayer, read_text_layer

# ARCH B, in points.
WIDTH, HEIGHT = 18 * 72.0, 12 * 72.0
DPI = 100.0


class Sheet:
    """A sheet that is drawn in points, from the lower left corner."""

    def __init__(self, size: tuple[float, float] = (WIDTH, HEIGHT)) -> None:
        self.size = size
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=size, invariant=1)

    def text(self, x: float, y: float, words: str, size: float = 8, turn: float = 0) -> None:
        self.canvas.saveState()
        self.canvas.translate(x, y)
        self.canvas.rotate(turn)
        self.canvas.setFont("Helvetica", size)
        self.canvas.drawString(0, 0, words)
        self.canvas.restoreState()

    def number(self, text: str = "A-101") -> None:
        self.text(1150, 40, text, 36)

    def view(self, x: float, y: float, title: str, scale: str) -> None:
        """A view title with its scale under it."""
        self.text(x, y + 14, title, 12)
        self.text(x, y, scale, 8)

    def dimension(
        self, x: float, y: float, words: str, points: float, *, upwards: bool = False
    ) -> None:
        """A dimension line with end ticks and its text centred beside it."""
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(90 if upwards else 0)
        canvas.line(0, 0, points, 0)
        for end in (0, points):
            canvas.line(end, -12, end, 6)
            canvas.line(end - 3, -3, end + 3, 3)
        canvas.setFont("Helvetica", 8)
        canvas.drawCentredString(points / 2, 3, words)
        canvas.restoreState()

    def dimensions(self, points_per_foot: float, x: float = 100, y: float = 500) -> None:
        """Four dimensions of different lengths, one of them upwards."""
        for row, (feet, words) in enumerate(((12, "12'-0\""), (7.5, "7' - 6\""), (20, "20'-0\""))):
            self.dimension(x, y - row * 40, words, feet * points_per_foot)
        self.dimension(x - 30, y - 150, "9'-3\"", 9.25 * points_per_foot, upwards=True)

    def bar(self, x: float, y: float, points_per_foot: float, labels: tuple[str, ...]) -> None:
        """A scale bar of boxes with its labels centred on their ends."""
        self.canvas.setFont("Helvetica", 7)
        places = [float(re.split("[' ]", label)[0]) * points_per_foot for label in labels]
        for start, end in pairwise(places):
            self.canvas.rect(x + start, y, end - start, 6)
        for label, place in zip(labels, places, strict=True):
            self.canvas.drawCentredString(x + place, y + 9, label)

    def save(self, folder: Path, edit: Callable[[pikepdf.Pdf], None] | None = None) -> Path:
        """Write it, after ``edit``."""
        self.canvas.showPage()
        self.canvas.save()
        path = folder / "sheet.pdf"
        path.write_bytes(self._buffer.getvalue())
        if edit is not None:
            with pikepdf.open(path, allow_overwriting_input=True) as pdf:
                edit(pdf)
                pdf.save(path)
        return path


def layers(path: Path, number: int = 1, dpi: float = DPI) -> tuple[TextLayer, VectorLayer]:
    """The text and the lines of a page, on its image at ``dpi``."""
    size = pixels(path, number, dpi)
    return read_text_layer(path, number, *size), read_vector_layer(path, number, *size)


def pixels(path: Path, number: int = 1, dpi: float = DPI) -> tuple[int, int]:
    """The size of the image of a page at ``dpi``."""
    with pikepdf.open(path) as pdf:
        page = pdf.pages[number - 1]
        left, bottom, right, top = (float(edge) for edge in page.cropbox)
        unit = float(page.obj.get("/UserUnit", 1)) * dpi / 72
        wide, high = round((right - left) * unit), round((top - bottom) * unit)
        turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
    return (high, wide) if turned else (wide, high)


def detected(path: Path, number: int = 1, dpi: float | None = DPI) -> ScaleVerdict:
    """The verdict on a page, with everything that it has."""
    text, vectors = layers(path, number, dpi or DPI)
    return detect_scale(text.words, *pixels(path, number, dpi or DPI), dpi, vectors)


def points_per_foot(verdict: ScaleVerdict, dpi: float = DPI) -> float:
    """What the verdict says, in points of paper."""
    assert verdict.pixels_per_foot is not None
    return verdict.pixels_per_foot * 72 / dpi
