"""A word that was seen on a page: where, by what, how surely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from takeoff.reading.word import Word

_FIELDS = [field.name for field in fields(Word)]
_BOX = ("left", "top", "right", "bottom", "turn", "size_px")


class OcrMode(StrEnum):
    """How much of a page's image is read by the slow, good engine."""

    FAST = "fast"
    ACCURATE = "accurate"


class TextSource(StrEnum):
    """What read a word."""

    TEXT_LAYER = "text layer"
    TESSERACT = "tesseract"
    RAPIDOCR = "rapidocr"


@dataclass(frozen=True)
class SeenWord:
    """A word, what read it, and how sure that is: 0 to 1, 1 for a text layer.

    ``cut``: its box touches the edge of the part of the image that was read, so it may be half
    a word.
    """

    word: Word
    source: TextSource
    confidence: float
    cut: bool = False

    def scaled(self, across: float, down: float) -> SeenWord:
        """Return it on an image that is so many times as wide and as high."""
        word = self.word
        return replace(
            self,
            word=Word(
                word.text,
                word.left * across,
                word.top * down,
                word.right * across,
                word.bottom * down,
                word.turn,
                word.size_px * down,
            ),
        )

    def as_block(self) -> dict[str, Any]:
        """Return it as it is stored in ``Page.ocr_blocks``."""
        block: dict[str, Any] = asdict(self.word)
        block.update((name, round(block[name], 2)) for name in _BOX)
        return block | {"source": self.source, "confidence": round(self.confidence, 3)}


def words_of_blocks(blocks: Iterable[Any] | None) -> list[Word]:
    """Return the words that ``Page.ocr_blocks`` holds, in their order."""
    return [Word(**{name: block[name] for name in _FIELDS}) for block in blocks or ()]
