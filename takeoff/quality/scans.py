"""Reads pages as if they were scans, and compares with the text layer that they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from takeoff.ocr import OcrImage, OcrMode, read_page_text
from takeoff.quality.measuring import OCR_DPI, KnownPage, known_pages, pixels_of
from takeoff.reading.word import Word
from takeoff.render import rendered_page
from takeoff.text_layer import read_text_layer
from takeoff.title_block import read_title_block

# A page with fewer words in its text layer tells nothing.
_LEAST_WORDS = 50
# 17 x 11 in at 150 dpi; larger ones take minutes each.
_MOST_PIXELS = 2550 * 1650
_SLACK_PX = 4.0


@dataclass(frozen=True)
class ScanRow:
    """How one page was read from its image alone.

    ``words`` are those of its text layer with a letter or a digit, ``read`` how many of them were
    seen in their place, letter by letter.
    """

    file: str
    page: int
    mode: OcrMode
    words: int
    read: int
    number_is_right: bool
    title_is_right: bool


def measure_scans(folder: Path | None) -> Iterator[ScanRow]:
    """Read each known page of at most 17 x 11 in that has a text layer from its image, in both
    modes. Takes a minute or so.
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
            yield ScanRow(
                page.name,
                page.number,
                mode,
                len(words),
                words_read(words, read.words),
                (block.sheet_number and block.sheet_number.text) == page.truth.sheet_number,
                (block.title and block.title.text) == page.truth.title,
            )


def words_read(truth: Iterable[Word], seen: Iterable[Word]) -> int:
    """Return how many words of ``truth`` were seen in their place, letter by letter."""
    places: dict[str, list[Word]] = defaultdict(list)
    for word in seen:
        places[word.text].append(word)
    return sum(any(_holds(each, word) for each in places[word.text]) for word in truth)


def _holds(seen: Word, word: Word) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return (
        seen.left - _SLACK_PX <= x <= seen.right + _SLACK_PX
        and seen.top - _SLACK_PX <= y <= seen.bottom + _SLACK_PX
    )
