"""Finds unlabelled columns: solid shapes at crossings of grid lines."""

from __future__ import annotations

import math
from collections.abc import Iterable

from takeoff.providers.local.drawn_sheet import DrawnSheet, centre_of, point_shape
from takeoff.providers.local.outlines import Outline
from takeoff.providers.provider import Element

_COLUMN_FT = (0.25, 4.0)
_DARK = 60
# In sizes of a column: maximum distance of the crossing from its middle, minimum length of the grid
# lines.
_MIDDLE, _GRID = 0.25, 10.0
# The minimum sine of the angle between grid lines.
_CROSSING = 0.9
# A column fills most of its box; arrowheads, which also point at crossings, do not.
_FULL = 0.75
_BY_FILL = 0.6


def solid_columns(sheet: DrawnSheet) -> list[Element]:
    """Return the black shapes of one size at crossings of grid lines, as plans draw columns; at
    least two of them. Elsewhere they belong to symbols: level marks, arrows, scale bars.
    """
    groups: list[list[Outline]] = []
    for outline in _solid(sheet):
        if not _on_grid(sheet, outline):
            continue
        group = next((each for each in groups if outline in sheet.outlines.alike(each[0])), None)
        if group is None:
            groups.append([outline])
        else:
            group.append(outline)
    largest = max(groups, key=len, default=[])
    if len(largest) < 2:
        return []
    return [
        Element(point_shape(*centre_of(each)), _BY_FILL,
                f"One of {len(largest)} solid shapes of one size where lines of a grid cross.")
        for each in largest
    ]  # fmt: skip


def _on_grid(sheet: DrawnSheet, outline: Outline) -> bool:
    """Tell whether two long lines cross at the middle of an outline."""
    size = max(outline.size)
    turns = sheet.outlines.lines_through(*centre_of(outline), _MIDDLE * size, _GRID * size)
    return any(abs(math.sin(one - other)) > _CROSSING for one in turns for other in turns)


def _solid(sheet: DrawnSheet) -> Iterable[Outline]:
    least, most = (feet / sheet.feet_per_pixel for feet in _COLUMN_FT)
    for outline in sheet.outlines.all:
        dark = outline.fill is not None and max(outline.fill) <= _DARK
        full = outline.polygon.area >= _FULL * outline.size[0] * outline.size[1]
        if dark and full and least <= min(outline.size) and max(outline.size) <= most:
            yield outline
