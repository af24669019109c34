"""One piece of evidence for a sheet's scale, and its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from takeoff.phrases import Box, as_json

TOLERANCE = 0.01
"""Two sources agree if their scales differ by at most this share."""


class Source(StrEnum):
    """The sources of evidence, the strongest first."""

    VIEWPORT = "measuring viewport"
    DIMENSIONS = "dimension strings"
    SCALE_BAR = "scale bar"
    VIEW = "view title"
    TITLE_BLOCK = "title block"


STRENGTH = {source: place for place, source in enumerate(Source)}
"""The rank of each source; the strongest has 0."""

EXACT = (Source.VIEWPORT, Source.SCALE_BAR, Source.VIEW, Source.TITLE_BLOCK)
"""The sources whose scale is exact if confirmed by others; dimensions may be rounded."""

WRITTEN = (Source.VIEW, Source.TITLE_BLOCK)
"""The sources that count as one witness, because they were written together."""


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence: its source, the scale in pixels of the page image per foot, the text
    and box it was read from, and how. ``turn`` is the text's rotation in degrees.
    """

    source: Source
    pixels_per_foot: float
    text: str
    box: Box
    rule: str
    turn: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "source": self.source,
            "pixels_per_foot": round(self.pixels_per_foot, 4),
            "text": self.text,
            "box": as_json(self.box),
            "rule": self.rule,
        }


def witnesses(group: Iterable[Evidence]) -> set[str]:
    """Return the independent witnesses in ``group``: everything written is one witness."""
    return {"written" if each.source in WRITTEN else each.source.value for each in group}
