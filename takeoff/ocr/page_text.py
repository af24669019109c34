"""Reads the text of one page from its text layer, its image, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from takeoff.limits import OcrLimits
from takeoff.ocr.merging import in_reading_order, merged
from takeoff.ocr.recogniser import Known, Recogniser
from takeoff.ocr.regions import Region, near_scales, tiles, title_block_strips
from takeoff.ocr.seen import OcrMode, SeenWord, TextSource
from takeoff.reading.word import Word
from takeoff.text_layer import TextLayer

# A text layer of fewer characters is a stamp or a file name, not the sheet's text.
ENOUGH_CHARACTERS = 100

Watch = Callable[[int, int], None]
"""Called with the number of parts of the image read so far, and their total."""


@dataclass(frozen=True)
class OcrImage:
    """The image to read: a PNG, ideally of 200 dots per inch; ``dpi`` is None if unknown."""

    path: Path
    dpi: float | None


@dataclass(frozen=True)
class PageText:
    """The words of a page in pixels of its image: first its text layer in the PDF's order, then the
    words read from the image, from the top.
    """

    seen: tuple[SeenWord, ...]

    @property
    def words(self) -> list[Word]:
        """The words alone."""
        return [each.word for each in self.seen]

    @property
    def text(self) -> str:
        """The words in one line."""
        return " ".join(each.word.text for each in self.seen)

    def as_blocks(self) -> list[dict[str, Any]]:
        """Return the words as they are stored in ``Page.ocr_blocks``."""
        return [each.as_block() for each in self.seen]


def needs_image(layer: TextLayer | None, mode: OcrMode) -> bool:
    """Tell whether the image must be read too. Decided by the amount of text, not by the page's
    content: some vector sheets have no text, and some scans have a text stamp.
    """
    return mode is OcrMode.ACCURATE or layer is None or layer.characters < ENOUGH_CHARACTERS


def read_page_text(
    layer: TextLayer | None,
    image: OcrImage | None,
    size_px: tuple[int, int],
    mode: OcrMode = OcrMode.FAST,
    *,
    watch: Watch | None = None,
    limits: OcrLimits | None = None,
) -> PageText:
    """Return the text of a page whose image has the width and height ``size_px`` in pixels.

    ``layer`` is its text layer, None if it has none. ``image`` is read if :func:`needs_image` says
    so; its resolution may differ from the page image's. Words of the text layer win over words read
    in the same place. Fast mode: Tesseract reads the whole image, RapidOCR the title block strips
    and the surroundings of the word SCALE. Accurate mode: RapidOCR reads the whole image in tiles,
    except words of the text layer and parts without anything of letter size. Blocks for seconds to
    minutes; raise in ``watch`` to stop.

    Raises:
        OcrFailed: the engines crashed, took too long or needed too much memory.
    """
    known = [SeenWord(word, TextSource.TEXT_LAYER, 1.0) for word in layer.words] if layer else []
    if image is None or not needs_image(layer, mode):
        return PageText(tuple(known))
    # Fast mode looks around the word SCALE, which may be in the text layer.
    painted = _places(known, size_px) if known and mode is OcrMode.ACCURATE else None
    with Recogniser(image.path, image.dpi, limits, painted) as recogniser:
        read = _accurately if mode is OcrMode.ACCURATE else _fast
        found = read(recogniser, watch or _nobody)
        across, down = size_px[0] / recogniser.width, size_px[1] / recogniser.height
    placed = [each.scaled(across, down) for each in found]
    new = [each for each in merged(known, placed) if each.source is not TextSource.TEXT_LAYER]
    return PageText((*known, *in_reading_order(new)))


def read_title_block_strips(
    image: OcrImage,
    size_px: tuple[int, int],
    known: Iterable[Word],
    limits: OcrLimits | None = None,
) -> list[Word]:
    """Return the words ``known`` of a page, with those in the title block strips replaced by
    RapidOCR's reading of ``image``. Boxes are in pixels of the page image of ``size_px``.

    Raises:
        OcrFailed: as :func:`read_page_text`.
    """
    with Recogniser(image.path, image.dpi, limits) as recogniser:
        strips = title_block_strips(recogniser.width, recogniser.height)
        parts = [tile for strip in strips for tile in tiles(strip)]
        seen = _parts(recogniser, parts, _nobody)
        across, down = size_px[0] / recogniser.width, size_px[1] / recogniser.height
    held = [SeenWord(word, TextSource.TEXT_LAYER, 1.0) for word in known]
    return [each.word for each in merged([each.scaled(across, down) for each in seen], held)]


def _places(known: Iterable[SeenWord], size_px: tuple[int, int]) -> Known:
    words = (each.word for each in known)
    return Known(size_px, [(each.left, each.top, each.right, each.bottom) for each in words])


def _fast(recogniser: Recogniser, watch: Watch) -> list[SeenWord]:
    width, height = recogniser.width, recogniser.height
    whole = recogniser.whole()
    parts = [tile for strip in title_block_strips(width, height) for tile in tiles(strip)]
    parts += near_scales((each.word for each in whole), width, height)
    return merged(_parts(recogniser, parts, watch), whole)


def _accurately(recogniser: Recogniser, watch: Watch) -> list[SeenWord]:
    parts = tiles((0, 0, recogniser.width, recogniser.height))
    seen = _parts(recogniser, parts, watch)
    return merged(seen, recogniser.large() if len(parts) > 1 else (), recogniser.whole())


def _parts(recogniser: Recogniser, parts: list[Region], watch: Watch) -> list[SeenWord]:
    seen: list[SeenWord] = []
    for done, part in enumerate(parts):
        watch(done, len(parts))
        seen += recogniser.part(part)
    return seen


def _nobody(done: int, total: int) -> None:
    pass
