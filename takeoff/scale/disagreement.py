"""Interprets evidence that disagrees with a sheet's scale, and decides whether it rules the scale
out.

Evidence may disagree with a scale confirmed by two witnesses for many reasons: the sheet is a
reduced print with the original scale written on it; dimensions are rounded; a view has its own
scale. Only the last, and unexplained disagreement, rule out measuring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from takeoff.phrases import Box, Frame
from takeoff.scale.evidence import WRITTEN, Evidence, Source, witnesses
from takeoff.scale.notation import ScaleKind
from takeoff.scale.statements import Role, ScaleStatement

# Rounded dimensions deviate from the scale by less than this share; no two usual scales are that
# close.
_ROUNDED = 0.03


class Kind(Enum):
    """The meaning of a disagreement."""

    CONTRADICTS = auto()
    REDUCED_PRINT = auto()
    EXPLAINED = auto()


@dataclass(frozen=True)
class Disagreement:
    """A disagreement: its meaning, and a sentence that explains it."""

    kind: Kind
    reason: str


def disagreement(main: Sequence[Evidence], other: Sequence[Evidence]) -> Disagreement:
    """Interpret that ``other`` gives a different scale than ``main``.

    Both are groups of evidence that agree internally, the strongest first.
    """
    share = main[0].pixels_per_foot / other[0].pixels_per_foot
    sources = ", ".join(sorted({each.source.value for each in other}))
    said = (
        f"{other[0].text} ({sources}) is {other[0].pixels_per_foot:.4g} pixels per foot, "
        f"{main[0].source} say {main[0].pixels_per_foot:.4g}"
    )
    another = f"{said}: another scale on the same sheet."
    if any(each.source not in WRITTEN for each in other):
        if _are_rounded(main, other, share):
            return Disagreement(Kind.EXPLAINED, f"{said}: these dimensions are rounded.")
        return Disagreement(Kind.CONTRADICTS, another)
    of_views = [each for each in other if each.source is Source.VIEW]
    if "written" in witnesses(main):
        kind = Kind.CONTRADICTS if of_views else Kind.EXPLAINED
        return Disagreement(kind, another)
    reduced = f"{said}: as if the sheet was printed at {share:.1%} of its size."
    if not of_views:
        return Disagreement(Kind.EXPLAINED, reduced)
    of_sheet = len(of_views) < len(other)
    if of_sheet or any(_stands_at(each, main) for each in of_views):
        return Disagreement(Kind.REDUCED_PRINT, reduced)
    return Disagreement(Kind.CONTRADICTS, another)


def scales_without_value(statements: Iterable[ScaleStatement]) -> list[Disagreement]:
    """Interpret that some views have no scale, or an unreadable one."""
    kinds = [each.notation.kind for each in statements if each.role is not Role.LIST]
    found: list[Disagreement] = []
    not_to_scale = kinds.count(ScaleKind.NOT_TO_SCALE)
    if not_to_scale:
        reason = f"{not_to_scale} scale(s) are given as not to scale."
        found.append(Disagreement(Kind.CONTRADICTS, reason))
    unreadable = kinds.count(ScaleKind.UNREADABLE)
    if unreadable:
        reason = f"{unreadable} scale(s) are written and cannot be read."
        found.append(Disagreement(Kind.CONTRADICTS, reason))
    return found


def _are_rounded(main: Sequence[Evidence], other: Sequence[Evidence], share: float) -> bool:
    """Tell whether ``other`` consists of dimensions whose deviation is explained by rounding."""
    dimensions = all(each.source is Source.DIMENSIONS for each in other)
    of_main = any(each.source is Source.DIMENSIONS for each in main)
    return dimensions and of_main and abs(share - 1) <= _ROUNDED


def _stands_at(statement: Evidence, measured: Iterable[Evidence]) -> bool:
    """Tell whether a view's scale is below or above what was measured, and so belongs to it."""
    frame = Frame(statement.turn)
    left, right = _across(frame, statement.box)
    spans = [_across(frame, each.box) for each in measured]
    return min(start for start, _ in spans) <= right and left <= max(end for _, end in spans)


def _across(frame: Frame, box: Box) -> tuple[float, float]:
    """Return the extent of a box of the image along the reading direction."""
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    along = [frame.to_reading(*corner)[0] for corner in corners]
    return min(along), max(along)
