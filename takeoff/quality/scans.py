"""Reads pages as if they were scans, and compares the result with their text layer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from takeoff.ocr import OcrImage, OcrMode, read_page_text
from takeoff.quality.measuring import DPI, OCR_DPI, KnownPage, known_pages, pixels_of
from takeoff.reading.word import Word
from takeoff.render import rendered_page
from takeoff.text_layer import read_text_layer
from takeoff.title_block import read_title_block

# A page with fewer words in its text layer is not evaluated.
_LEAST_WORDS = 50
# 17 x 11 in at 150 dpi; larger ones take minutes each.
_MOST_PIXELS = 2550 * 1650
_SLACK_PX = 4.0
# Font size in inches; its capitals are less than half the height that drawing standards require.
SMALL_IN = 0.055


@dataclass(frozen=True)
class Missed:
    """Counts of words not read, by kind; each word counts for the first kind that fits."""

    single: int
    small: int
    turned: int
    other: int


@dataclass(frozen=True)
class ScanRow:
    """How one page was read from its image alone.

    ``words`` are those of its text layer with a letter or a digit; ``read`` is the number read in
    their place, letter by letter, ``missed`` the others.
    """

    file: str
    page: int
    mode: OcrMode
    words: int
    read: int
    missed: Missed
    number_is_right: bool
    title_is_right: bool


def measure_scans(folder: Path | None) -> Iterator[ScanRow]:
    """Read each known page of at most 17 x 11 in that has a text layer from its image, in both
    modes. Takes about a minute.
    """
    with known_pages(folder) as pages:
        for page in pages:
            yield from _of_page(page)


def _of_page(page: KnownPage) -> Iterator[ScanRow]:
    size = pixels_of(page.path, page.number)
    if size[0] * size[1] > _MOST_PIXELS:
        return
    layer = read_text_layer(page.path, page.number, *size)
    words = [word for word in layer.words if any(each.isalnum() for each in word.text)]
    if len(words) < _LEAST_WORDS:
        return
    with rendered_page(page.path, page.number, OCR_DPI) as image:
        for mode in OcrMode:
            read = read_page_text(None, OcrImage(image.path, image.dpi), size, mode)
            block = read_title_block(read.words, *size)
            lost = words_missed(words, read.words)
            yield ScanRow(
                page.name,
                page.number,
                mode,
                len(words),
                len(words) - len(lost),
                kinds_of(lost, DPI),
                (block.sheet_number and block.sheet_number.text) == page.truth.sheet_number,
                (block.title and block.title.text) == page.truth.title,
            )


def words_missed(truth: Iterable[Word], seen: Iterable[Word]) -> list[Word]:
    """Return the words of ``truth`` that were not read in their place, letter by letter."""
    places: dict[str, list[Word]] = defaultdict(list)
    for word in seen:
        places[word.text].append(word)
    return [word for word in truth if not any(_holds(each, word) for each in places[word.text])]


def kinds_of(missed: Iterable[Word], dpi: float) -> Missed:
    """Count words on an image of ``dpi`` dots per inch by kind."""
    kinds = Counter(_kind(word, dpi) for word in missed)
    return Missed(kinds["single"], kinds["small"], kinds["turned"], kinds["other"])


def _kind(word: Word, dpi: float) -> str:
    if len(word.text) == 1:
        return "single"
    if word.size_px < SMALL_IN * dpi:
        return "small"
    return "turned" if min(word.turn, 360 - word.turn) > 2 else "other"


def _holds(seen: Word, word: Word) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return (
        seen.left - _SLACK_PX <= x <= seen.right + _SLACK_PX
        and seen.top - _SLACK_PX <= y <= seen.bottom + _SLACK_PX
    )
