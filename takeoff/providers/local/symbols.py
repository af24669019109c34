"""Finds the symbols that labels mark."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label
from takeoff.providers.local.leaders import tips_of
from takeoff.providers.local.outlines import Outline

# In heights of a label: the maximum distance of its symbol.
_REACH = 2.5
_LARGEST_FT = 12.0


def symbol_of(sheet: DrawnSheet, label: Label) -> Outline | None:
    """Return the nearest outline beside a label that is small enough to be counted and not another
    tag. A label with a leader marks what the leader points at.
    """
    if tips_of(label, sheet.leaders):
        return None
    largest = _LARGEST_FT / sheet.feet_per_pixel
    beside = sheet.outlines.near(label.box, _REACH * label.height)
    return next(
        (
            each
            for each in beside
            if max(each.size) < largest and not _texts_in(sheet, each, [label])
        ),
        None,
    )


def without_texts(
    sheet: DrawnSheet, outlines: Sequence[Outline], labels: Sequence[Label]
) -> list[Outline]:
    """Leave out outlines that contain other texts, such as grid bubbles."""
    return [each for each in outlines if not _texts_in(sheet, each, labels)]


def _texts_in(sheet: DrawnSheet, outline: Outline, but: Sequence[Label]) -> bool:
    return any(
        outline.polygon.contains(shapely.Point(label.middle))
        for label in sheet.labels
        if not any(label is each for each in but)
    )
