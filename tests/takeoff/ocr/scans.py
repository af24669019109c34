"""Scans that are made here, so that every word on them is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from takeoff.ocr import SeenWord
from takeoff.reading.word import Word
from takeoff.render import rendered_page
from takeoff.text_layer import read_text_layer
from tests.takeoff.sheets import Sheet

DPI = 200.0
# 17 x 11 in, in points.
SIZE = (17 * 72.0, 11 * 72.0)
_NOTES = (
    "1. ALL CONCRETE SHALL HAVE A MINIMUM COMPRESSIVE STRENGTH OF 4,000 PSI AT 28 DAYS.",
    "2. REINFORCING STEEL SHALL CONFORM TO ASTM A615, GRADE 60.",
    "3. PROVIDE 6 MIL VAPOR BARRIER UNDER ALL SLABS ON GRADE.",
    "4. SAWCUT CONTROL JOINTS WITHIN 12 HOURS OF PLACEMENT; SEE DETAIL 3/S-501.",
    "5. CONTRACTOR SHALL VERIFY ALL DIMENSIONS IN THE FIELD BEFORE WORK BEGINS.",
    "6. BEAR FOOTINGS ON UNDISTURBED SOIL, 2,500 PSF ALLOWABLE.",
    "7. LAP SPLICES 40 BAR DIAMETERS UNLESS NOTED OTHERWISE.",
    "8. COORDINATE SLEEVES AND EMBEDS WITH MECHANICAL AND ELECTRICAL DRAWINGS.",
)
_ROOMS = ("OFFICE 101", "CORRIDOR 102", "STORAGE 103", "LOBBY 104", "BREAK ROOM 105", "MEETING 106")


def drawn(folder: Path) -> Path:
    """A foundation plan with notes, rooms, dimensions both ways and a turned title block."""
    sheet = Sheet(SIZE)
    canvas = sheet.canvas
    canvas.rect(30, 30, SIZE[0] - 60, SIZE[1] - 60)
    canvas.line(1040, 30, 1040, SIZE[1] - 30)
    for row, line in enumerate(_NOTES):
        sheet.text(60, 740 - 16 * row, line, 8)
        sheet.text(560, 740 - 16 * row, line, 7)
    for index, room in enumerate(_ROOMS):
        left, bottom = 90 + 300 * (index % 3), 330 + 130 * (index // 3)
        canvas.rect(left, bottom, 280, 110)
        sheet.text(left + 90, bottom + 50, room, 10)
    sheet.dimensions(18.0, x=120, y=270)
    sheet.view(120, 60, "FOUNDATION PLAN", 'SCALE: 1/4" = 1\'-0"')
    sheet.text(1060, 300, "HARBOR STREET WORKSHOP", 16, turn=90)
    sheet.text(1090, 300, "NEW WORKSHOP AND OFFICES", 11, turn=90)
    sheet.text(1060, 150, "SHEET TITLE", 7)
    sheet.text(1060, 125, "FOUNDATION PLAN", 14)
    sheet.text(1060, 60, "S-101", 40)
    return sheet.save(folder)


def scanned(folder: Path, *, dpi: float = DPI) -> tuple[Path, list[Word], tuple[int, int]]:
    """The sheet as a slightly blurred and dusty scan, the words that are on it, and its size."""
    source = drawn(folder)
    with rendered_page(source, 1, dpi) as page:
        size = page.width_px, page.height_px
        with Image.open(page.path) as image:
            blurred = image.convert("L").filter(ImageFilter.GaussianBlur(0.6))
    grey = np.minimum(np.asarray(blurred), 240).copy()
    dust = np.random.default_rng(7).random(grey.shape)
    grey[dust < 0.0002] = 60
    path = folder / "scan.png"
    Image.fromarray(grey).save(path, dpi=(dpi, dpi))
    return path, list(read_text_layer(source, 1, *size).words), size


def missed(truth: list[Word], seen: list[SeenWord] | tuple[SeenWord, ...]) -> list[Word]:
    """Which words of `truth` were not read, letter by letter, where they stand."""
    return [word for word in truth if not any(_is(word, each.word) for each in seen)]


def _is(word: Word, seen: Word) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return (
        seen.text == word.text
        and seen.left - 4 <= x <= seen.right + 4
        and seen.top - 4 <= y <= seen.bottom + 4
    )
