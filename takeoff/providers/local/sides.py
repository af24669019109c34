"""Determines how the sides of a region are drawn: all as double-line walls, or all as single lines.

If only some are walls, the single lines may be counters, finishes or joints.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import Final

import shapely

from takeoff.providers.local.arrangement import Arrangement
from takeoff.providers.local.pieces import Point, steps_of

# Distance of a wall's other face beyond the side, in feet, along most of it.
_NEAREST_FT, _FURTHEST_FT, _ALONG = 0.15, 1.6, 0.5
# Shorter sides are jambs and niches, in feet.
_SHORTEST_FT: Final = 1.5
_PARALLEL: Final = math.sin(math.radians(4))
_SIMPLER_PX: Final = 1.0
# Share of the length of all sides that may be drawn differently.
_OTHERWISE: Final = 0.05


class Drawn(Enum):
    """How the sides of a region are drawn."""

    AS_WALLS = auto()
    AS_LINES = auto()
    AS_BOTH = auto()


def sides_of(
    face: shapely.Polygon, openings: Iterable[shapely.LineString], feet_per_pixel: float
) -> list[shapely.LineString]:
    """Return the sides of a face of 1.5 feet or more, except those across ``openings``."""
    shut = shapely.union_all([line.buffer(2 * _SIMPLER_PX) for line in openings])
    edge = shapely.LineString(face.exterior.simplify(_SIMPLER_PX).coords)
    long = [
        shapely.LineString(ends)
        for ends in steps_of(edge)
        if math.dist(*ends) >= _SHORTEST_FT / feet_per_pixel
    ]
    return [side for side in long if side.intersection(shut).length < 0.5 * side.length]


def drawn_as(
    face: shapely.Polygon,
    sides: Iterable[shapely.LineString],
    arrangement: Arrangement,
    feet_per_pixel: float,
) -> Drawn:
    """Return how the ``sides`` of a face are drawn, ignoring up to a twentieth of their length."""
    double, single = 0.0, 0.0
    for side in sides:
        if _is_double(side, face, arrangement, feet_per_pixel):
            double += side.length
        else:
            single += side.length
    if min(double, single) > _OTHERWISE * (double + single):
        return Drawn.AS_BOTH
    return Drawn.AS_WALLS if double > single else Drawn.AS_LINES


def beyond(side: shapely.LineString, face: shapely.Polygon, distance: float) -> Iterator[Point]:
    """Yield places along a side, ``distance`` pixels outside its face."""
    (x, y), (end_x, end_y) = side.coords
    out = (y - end_y) * distance / side.length, (end_x - x) * distance / side.length
    middle = shapely.Point((x + end_x) / 2 + 0.01 * out[0], (y + end_y) / 2 + 0.01 * out[1])
    sign = -1 if face.contains(middle) else 1
    for part in (0.2, 0.5, 0.8):
        yield (
            x + part * (end_x - x) + sign * out[0],
            y + part * (end_y - y) + sign * out[1],
        )


def _is_double(
    side: shapely.LineString,
    face: shapely.Polygon,
    arrangement: Arrangement,
    feet_per_pixel: float,
) -> bool:
    """Tell whether another line runs parallel beyond a side, as the other face of a wall."""
    near, far = _NEAREST_FT / feet_per_pixel, _FURTHEST_FT / feet_per_pixel
    strip = side.buffer(far, cap_style="flat").difference(side.buffer(near)).difference(face)
    along = [
        shapely.LineString(ends)
        for line in arrangement.within(strip)
        for ends in steps_of(line)
        if _is_parallel(ends, next(steps_of(side)))
    ]
    shadows = [
        (min(places), max(places))
        for each in along
        for part in shapely.get_parts(each.intersection(strip))
        if part.length > 0 and (places := [side.project(shapely.Point(at)) for at in part.coords])
    ]
    return _covered(shadows) > _ALONG * side.length


def _is_parallel(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    lengths = math.hypot(bx - ax, by - ay) * math.hypot(dx - cx, dy - cy)
    cross = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    return lengths > 0 and abs(cross) < _PARALLEL * lengths


def _covered(stretches: Iterable[tuple[float, float]]) -> float:
    total, reached = 0.0, -math.inf
    for start, end in sorted(stretches):
        if end > reached:
            total += end - max(start, reached)
            reached = end
    return total
