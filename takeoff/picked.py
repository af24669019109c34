"""Finds what a person points at on a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from takeoff.errors import TakeoffError
from takeoff.geometry import feet_per_pixel
from takeoff.models import Page
from takeoff.ocr import words_of_blocks
from takeoff.providers import Answered, Element, Sheet
from takeoff.vectors import read_paths

if TYPE_CHECKING:
    from takeoff.providers.local.drawn_sheet import DrawnSheet

PICKED = Answered("local", "picked", 0)
"""The provider name for elements found at a place that a person pointed at."""


class NoLines(TakeoffError):
    """The page is an image without lines."""

    code = "no_lines"


def fill_on(page: Page, source: Path | None, at: tuple[float, float]) -> Sequence[Element]:
    """Return the room around a place on a page of the PDF ``source`` (None for an image). Blocks,
    for seconds on a dense sheet.

    Raises:
        NotCalibrated: the page's scale is not trusted.
        NoLines: the page is an image, so only a person can outline the room.
        PathsUnreadable: its lines cannot be read.
        NothingThere: no lines enclose the place.
    """
    from takeoff.providers.local.picking import fill_at

    return [fill_at(_drawn(page, source), *at)]


def alike_on(page: Page, source: Path | None, at: tuple[float, float]) -> Sequence[Element]:
    """Return all symbols of a page that are drawn like the one at a place, as :func:`fill_on`.

    Raises:
        NotCalibrated, NoLines, PathsUnreadable, NothingThere: as :func:`fill_on`.
    """
    from takeoff.providers.local.picking import alike_at

    return alike_at(_drawn(page, source), *at)


def _drawn(page: Page, source: Path | None) -> DrawnSheet:
    # The modules that read lines take seconds to import.
    from takeoff.providers.local.drawn_sheet import DrawnSheet

    if source is None:
        raise NoLines("The page is an image without lines. Draw the outline, or mark each symbol.")
    sheet = Sheet(
        image=source,
        width_px=page.width_px,
        height_px=page.height_px,
        source=source,
        number=page.number,
        words=tuple(words_of_blocks(page.ocr_blocks)),
        feet_per_pixel=feet_per_pixel(page),
    )
    paths = read_paths(source, page.number, page.width_px, page.height_px)
    if not paths.paths:
        raise NoLines("The page has no lines. Draw the outline, or mark each symbol.")
    return DrawnSheet.of(sheet, paths)
