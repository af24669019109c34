"""Words of a page out of PDFium's characters."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from takeoff.reading.word import Word

# PDFium answers in whole device units; asking on a finer device keeps the fractions of a pixel.
_FINER = 64
_TURN_TOLERANCE = 2.0


@dataclass(frozen=True)
class _Character:
    text: str
    box: tuple[float, float, float, float]
    turn: float
    size_px: float


def words_of(
    page: pypdfium2.PdfPage, width_px: int, height_px: int, max_characters: int
) -> list[Word] | None:
    """Return the words of ``page`` in the order in which PDFium reads them, placed on its image
    of ``width_px`` x ``height_px`` as it is shown (cropped and turned by /Rotate); None if it
    has more than ``max_characters`` characters.
    """
    textpage = page.get_textpage()
    if textpage.count_chars() > max_characters:
        return None
    words: list[Word] = []
    current: list[_Character] = []
    for character in _characters(page, textpage, width_px, height_px):
        if character is None or (current and not _continues(current[-1], character)):
            words += _word(current)
            current = []
        if character is not None:
            current.append(character)
    return words + _word(current)


def _characters(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, width_px: int, height_px: int
) -> Iterator[_Character | None]:
    """Yield the characters, and None between words."""
    points_high = page.get_height()
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        text = chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\ufffd"
        # Spaces and line ends that PDFium makes up have no box.
        if text.isspace() or text == "\x02" or pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            yield None
            continue
        box = _box_on_image(page, textpage.get_charbox(index), width_px, height_px)
        # PDFium's angle is clockwise and that of the page before /Rotate, which is clockwise too.
        clockwise = math.degrees(pdfium.FPDFText_GetCharAngle(textpage, index))
        turn = -clockwise - page.get_rotation()
        size_px = pdfium.FPDFText_GetFontSize(textpage, index) * height_px / points_high
        yield _Character(text, box, round(turn, 2) % 360, size_px)


def _box_on_image(
    page: pypdfium2.PdfPage,
    box: tuple[float, float, float, float],
    width_px: int,
    height_px: int,
) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    corners = [
        _on_image(page, corner, width_px, height_px) for corner in ((left, bottom), (right, top))
    ]
    across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return across[0], down[0], across[1], down[1]


def _on_image(
    page: pypdfium2.PdfPage, point: tuple[float, float], width_px: int, height_px: int
) -> tuple[float, float]:
    x, y = ctypes.c_int(), ctypes.c_int()
    finer = (0, 0, width_px * _FINER, height_px * _FINER, 0)
    pdfium.FPDF_PageToDevice(page, *finer, *point, ctypes.byref(x), ctypes.byref(y))
    return x.value / _FINER, y.value / _FINER


def _continues(before: _Character, after: _Character) -> bool:
    """Tell whether two characters that follow each other without a space are of one word."""
    if abs((before.turn - after.turn + 180) % 360 - 180) > _TURN_TOLERANCE:
        return False
    reach = max(before.size_px, after.size_px)
    gap_x = max(before.box[0], after.box[0]) - min(before.box[2], after.box[2])
    gap_y = max(before.box[1], after.box[1]) - min(before.box[3], after.box[3])
    return gap_x <= reach and gap_y <= reach


def _word(characters: list[_Character]) -> list[Word]:
    if not characters:
        return []
    boxes = [character.box for character in characters]
    return [
        Word(
            "".join(character.text for character in characters),
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
            characters[0].turn,
            characters[0].size_px,
        )
    ]
