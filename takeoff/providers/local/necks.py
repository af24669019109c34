"""Decides whether a shape is one room, or several connected by a neck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import shapely

# The narrowest opening tried, in feet, and the factor to the next.
_NARROWEST_FT, _WIDER = 1.2, 1.3
_LINE_PX: Final = 0.6
# In shares of the shape: minimum size of a part behind a neck.
_PART: Final = 0.03
_MOST_STEPS: Final = 24


def neck_ft(
    shape: shapely.Polygon,
    lines: Sequence[shapely.LineString],
    at: tuple[float, float],
    feet_per_pixel: float,
) -> float | None:
    """Return the approximate width of the shape's narrowest neck between the place ``at`` and
    another part of at least 3 % of it; None if it has none.

    Args:
        lines: lines that divide the shape, such as walls that end in it.
    """
    barriers = shapely.union_all([line.buffer(_LINE_PX, cap_style="flat") for line in lines])
    free = shape.difference(barriers) if lines else shape
    place = shapely.Point(at)
    width = _NARROWEST_FT / feet_per_pixel
    for _ in range(_MOST_STEPS):
        parts = [
            part
            for part in shapely.get_parts(free.buffer(-width / 2, quad_segs=4))
            if not part.is_empty
        ]
        if not parts:
            return None
        here = min(parts, key=lambda part: part.distance(place))
        # The shape may be narrower than this at the label; then all remaining parts are elsewhere.
        beside = here.distance(place) > width
        apart = [part for part in parts if beside or part is not here]
        around = shapely.union_all([part.buffer(width / 2, quad_segs=4) for part in apart])
        if around.intersection(shape).area > _PART * shape.area:
            return width * feet_per_pixel
        width *= _WIDER
    return None
