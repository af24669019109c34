"""A scale as written on a drawing."""

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
    """A scale as written.

    ``ratio`` is N of 1:N; None if not to scale, stated elsewhere, or unreadable. ``standard``: it
    is a usual scale; a misread digit mostly makes it unusual. ``labelled``: preceded by the word
    SCALE or an M. ``start`` and ``end`` are its indices in the text searched. ``paper`` is the
    paper size after it, such as A1, if written.
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
