"""A word read on a page, with its place, source and confidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from takeoff.reading.word import Word

_FIELDS = [field.name for field in fields(Word)]
_BOX = ("left", "top", "right", "bottom", "turn", "size_px")


class OcrMode(StrEnum):
    """How much of a page's image the slow, accurate engine reads."""

    FAST = "fast"
    ACCURATE = "accurate"


class TextSource(StrEnum):
    """What read a word."""

    TEXT_LAYER = "text layer"
    TESSERACT = "tesseract"
    RAPIDOCR = "rapidocr"


@dataclass(frozen=True)
class SeenWord:
    """A word with its source and confidence (0 to 1; 1 for a text layer).

    ``cut``: its box touches the edge of the part that was read, so it may be incomplete.
    """

    word: Word
    source: TextSource
    confidence: float
    cut: bool = False

    def scaled(self, across: float, down: float) -> SeenWord:
        """Return the word on an image ``across`` times as wide and ``down`` times as high."""
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
        """Return the word as stored in ``Page.ocr_blocks``."""
        block: dict[str, Any] = asdict(self.word)
        block.update((name, round(block[name], 2)) for name in _BOX)
        return block | {"source": self.source, "confidence": round(self.confidence, 3)}


def words_of_blocks(blocks: Iterable[Any] | None) -> list[Word]:
    """Return the words that ``Page.ocr_blocks`` holds, in their order."""
    return [Word(**{name: block[name] for name in _FIELDS}) for block in blocks or ()]
