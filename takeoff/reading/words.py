"""Words of a page out of PDFium's characters."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

import pypdfium2
import pypdfium2.raw as pdfium

from takeoff.reading.word import Word

# PDFium answers in whole device units; asking on a finer device keeps the fractions of a pixel.
_FINER = 64
_TURN_TOLERANCE = 2.0
# Of the size of the font. PDFium takes letters that are placed one by one along a turned line for
# lines of their own; they are one word while they are no further apart.
_SAME_WORD = 0.3


class _Break(Enum):
    """What is between two characters; a ``LINE`` is only what PDFium thinks of their places."""

    SPACE = auto()
    LINE = auto()


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
    broken = False
    for each in _characters(page, textpage, width_px, height_px):
        if isinstance(each, _Break):
            if each is _Break.SPACE:
                words += _word(current)
                current = []
            broken = bool(current)
            continue
        if current and not (_goes_on if broken else _continues)(current[-1], each):
            words += _word(current)
            current = []
        current.append(each)
        broken = False
    return words + _word(current)


def _characters(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, width_px: int, height_px: int
) -> Iterator[_Character | _Break]:
    """Yield the characters and what PDFium has between them."""
    points_high = page.get_height()
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        text = chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\ufffd"
        # Spaces and line ends that PDFium makes up have no box.
        made_up = pdfium.FPDFText_IsGenerated(textpage, index) == 1
        if text.isspace() or text == "\x02" or made_up:
            yield _Break.LINE if made_up and text in "\r\n" else _Break.SPACE
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


def _goes_on(before: _Character, after: _Character) -> bool:
    """Tell whether a character stands right behind another on a line turned by quarters.

    Of a line turned in any other way, the boxes do not tell how far apart its letters are.
    """
    quarter = round(after.turn / 90) % 4
    if any(
        abs((each.turn - 90 * quarter + 180) % 360 - 180) > _TURN_TOLERANCE
        for each in (before, after)
    ):
        return False
    one, other = (_upright(each.box, quarter) for each in (before, after))
    overlap = min(one[3], other[3]) - max(one[1], other[1])
    return abs(other[0] - one[2]) <= _SAME_WORD * after.size_px and overlap > 0


def _upright(
    box: tuple[float, float, float, float], quarter: int
) -> tuple[float, float, float, float]:
    """Return a box as it lies when the page is turned back by so many quarters."""
    left, top, right, bottom = box
    return (
        (left, top, right, bottom),
        (-bottom, left, -top, right),
        (-right, -bottom, -left, -top),
        (top, -right, bottom, -left),
    )[quarter]


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
