"""Reads the text layer of a PDF page, placed on the page's image.

Many drawings have no text layer, or an incomplete one (exploded fonts, scans): count the characters
before relying on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from takeoff.errors import TakeoffError
from takeoff.limits import RenderLimits
from takeoff.page_child import ask_about_page
from takeoff.reading.word import Word
from takeoff.sandbox import ChildFailed

__all__ = ["TextLayer", "TextLayerUnreadable", "Word", "read_text_layer"]

_MAX_CHARACTERS = 500_000


class TextLayerUnreadable(TakeoffError):
    """The text layer of a page could not be read."""

    code = "text_layer_unreadable"


@dataclass(frozen=True)
class TextLayer:
    """The words of one page, in the PDF's order."""

    words: tuple[Word, ...]

    @property
    def characters(self) -> int:
        """The total number of characters."""
        return sum(len(word.text) for word in self.words)


def read_text_layer(
    source_path: Path,
    number: int,
    width_px: int,
    height_px: int,
    limits: RenderLimits | None = None,
) -> TextLayer:
    """Read page ``number`` (from 1) of the PDF ``source_path``.

    The boxes of the words are in pixels of its image of ``width_px`` x ``height_px``, as
    :func:`takeoff.render.render_pages` makes it: cropped, and turned by /Rotate. Blocks; runs in a
    child process within ``limits``.

    Raises:
        TextLayerUnreadable: there is no such page, or reading it crashed, took too long, needed
            too much memory, or found more than 500,000 characters.
    """
    try:
        answer = ask_about_page(
            "takeoff.reading",
            source_path,
            number,
            (width_px, height_px),
            limits,
            max_characters=_MAX_CHARACTERS,
        )
    except ChildFailed as error:
        raise TextLayerUnreadable(
            f"The text of page {number} cannot be read: {error.reason}. Read its image instead."
        ) from error
    return TextLayer(tuple(Word(*word) for word in answer["words"]))
