"""A scale as it is written on a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from takeoff.scale import ratio as ratios


class ScaleKind(StrEnum):
    """How a scale is written."""

    ARCHITECTURAL = "architectural"
    ENGINEERING = "engineering"
    METRIC = "metric"
    NOT_TO_SCALE = "not to scale"
    DEFERRED = "deferred"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class ScaleNotation:
    """A scale as it is written.

    ``ratio`` is N of 1:N, None for drawings that are not to scale, where the scale is said to
    stand elsewhere, and where it cannot be read. ``standard`` tells whether it is one of the
    usual scales; a misread digit mostly makes it unusual. ``labelled``: the word SCALE or an M
    stands before it. ``start`` and ``end`` are its place in the text that was searched. ``paper``
    is the size of paper that it holds for, such as A1, where one is written behind it.
    """

    text: str
    kind: ScaleKind
    ratio: float | None
    standard: bool
    labelled: bool
    start: int
    end: int
    paper: str | None = None

    @property
    def points_per_foot(self) -> float | None:
        """Points (1/72 in) of paper per foot."""
        return self.ratio and ratios.points_per_foot(self.ratio)

    def pixels_per_foot(self, dpi: float) -> float | None:
        """Pixels per foot of an image of the unreduced sheet at ``dpi`` dots per inch."""
        return self.ratio and ratios.pixels_per_foot(self.ratio, dpi)
