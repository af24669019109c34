"""One sign of a sheet's scale, and who says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from takeoff.phrases import Box, as_json

TOLERANCE = 0.01
"""Two sources agree when their scales differ by no more than this share."""


class Source(StrEnum):
    """Where evidence comes from, the strongest first."""

    VIEWPORT = "measuring viewport"
    DIMENSIONS = "dimension strings"
    SCALE_BAR = "scale bar"
    VIEW = "view title"
    TITLE_BLOCK = "title block"


STRENGTH = {source: place for place, source in enumerate(Source)}
"""The place of each source, the strongest having 0."""

EXACT = (Source.VIEWPORT, Source.SCALE_BAR, Source.VIEW, Source.TITLE_BLOCK)
"""The sources whose scale is exact where they agree with others; dimensions may be rounded."""

WRITTEN = (Source.VIEW, Source.TITLE_BLOCK)
"""The sources that are one witness, because one hand wrote them."""


@dataclass(frozen=True)
class Evidence:
    """One sign of the scale: its source, the scale in pixels per foot of the page image, the text
    and box it was read from, and how. ``turn`` is by how many degrees that text is turned.
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
    """Return the independent witnesses among ``group``: all that is written is one."""
    return {"written" if each.source in WRITTEN else each.source.value for each in group}
