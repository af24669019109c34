"""Whether a shape is one room, or several that hang together by a neck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import shapely

# The narrowest opening that is looked for, in feet, and how much wider the next one is.
_NARROWEST_FT, _WIDER = 1.2, 1.3
_LINE_PX: Final = 0.6
# Of the shape: what hangs on by a neck is at least so large.
_PART: Final = 0.03
_MOST_STEPS: Final = 24


def neck_ft(
    shape: shapely.Polygon,
    lines: Sequence[shapely.LineString],
    at: tuple[float, float],
    feet_per_pixel: float,
) -> float | None:
    """Return about how wide the narrowest neck of a shape is between the place ``at`` and another
    part of 3 % of it or more; None if it has none.

    Args:
        lines: what stands in the shape and parts it, as walls that end in it.
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
        # Where the label stands it may be narrower than this: then all that is left is elsewhere.
        beside = here.distance(place) > width
        apart = [part for part in parts if beside or part is not here]
        around = shapely.union_all([part.buffer(width / 2, quad_segs=4) for part in apart])
        if around.intersection(shape).area > _PART * shape.area:
            return width * feet_per_pixel
        width *= _WIDER
    return None
