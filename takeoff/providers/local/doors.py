"""Finds doors as plans draw them: a leaf and the arc of its swing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from shapely import LineString, Point
from shapely.strtree import STRtree

from takeoff.vectors import Paths

_Point = tuple[float, float]

# Length of a leaf, in feet.
_NARROWEST_FT, _WIDEST_FT = 1.2, 5.0
# Angle of the swing, in degrees: doors are drawn open by 90, sometimes by less.
_LEAST_SWING, _MOST_SWING = 40.0, 100.0
_FEWEST_POINTS: Final = 5
# In shares of the radius: maximum distance of an arc's points from the circle.
_ROUND: Final = 0.02
# Maximum distance of a leaf from the hinge and the end of the arc, in shares of the radius and in
# feet.
_NEAR, _NEAR_FT = 0.12, 0.2
_LEAF_POINTS: Final = 6
_MEET_PX: Final = 0.05


@dataclass(frozen=True)
class Door:
    """A leaf that turns about ``hinge`` and closes at ``latch``; ``parts`` are the indices of the
    paths that draw its swing.
    """

    hinge: _Point
    latch: _Point
    parts: tuple[int, ...]


@dataclass(frozen=True)
class _Arc:
    centre: _Point
    radius: float
    start: _Point
    end: _Point
    parts: tuple[int, ...]


@dataclass
class _Chain:
    """Consecutive points; the path ``parts[at]`` draws step ``at``."""

    points: list[_Point]
    parts: list[int]


def doors_of(paths: Paths, feet_per_pixel: float) -> Iterator[Door]:
    """Yield the doors that have a leaf of 1.2 to 5 feet along one side of a drawn swing."""
    least, most = _NARROWEST_FT / feet_per_pixel, _WIDEST_FT / feet_per_pixel
    arcs = [arc for chain in _chains(paths) for arc in _arcs(chain, least, most)]
    if not arcs:
        return
    leaves = list(_leaves(paths, least, most))
    tree = STRtree([LineString(each[1]) for each in leaves])
    for arc in arcs:
        reach = _NEAR * arc.radius + _NEAR_FT / feet_per_pixel
        near = [leaves[at] for at in tree.query(Point(arc.centre), "dwithin", distance=reach)]
        of_start = _leaf_parts(near, arc, arc.start, reach)
        of_end = _leaf_parts(near, arc, arc.end, reach)
        # If both sides are drawn, one is the sill. The drawing does not show which, so both are
        # kept.
        if of_start:
            yield Door(arc.centre, arc.end, arc.parts + (() if of_end else of_start))
        if of_end:
            yield Door(arc.centre, arc.start, arc.parts + (() if of_start else of_end))


def _leaf_parts(
    leaves: Sequence[tuple[int, tuple[_Point, _Point]]], arc: _Arc, tip: _Point, reach: float
) -> tuple[int, ...]:
    """Return the paths that draw a leaf from the centre of an arc to its end ``tip``."""
    found = (
        part for part, leaf in leaves if part not in arc.parts and _joins(leaf, arc, tip, reach)
    )
    return tuple(dict.fromkeys(found))


def _chains(paths: Paths) -> Iterator[_Chain]:
    """Yield paths of several points, including those rejoined from separate lines."""
    chain = _Chain([], [])
    for at, path in enumerate(paths.paths):
        if not path.stroked:
            continue
        points = [*path.points, path.points[0]] if path.closed else list(path.points)
        if len(points) > 2:
            yield _Chain(points, [at] * (len(points) - 1))
            continue
        if chain.points and math.dist(chain.points[-1], points[0]) < _MEET_PX:
            chain.points.append(points[1])
            chain.parts.append(at)
            continue
        if len(chain.points) > 2:
            yield chain
        chain = _Chain(points, [at])
    if len(chain.points) > 2:
        yield chain


def _joins(leaf: tuple[_Point, _Point], arc: _Arc, tip: _Point, reach: float) -> bool:
    for one, other in (leaf, (leaf[1], leaf[0])):
        if math.dist(one, arc.centre) < reach and math.dist(other, tip) < reach:
            return True
    return False


def _leaves(paths: Paths, least: float, most: float) -> Iterator[tuple[int, tuple[_Point, _Point]]]:
    """Yield straight lines and sides of narrow boxes of a leaf's length."""
    for at, path in enumerate(paths.paths):
        if len(path.points) > _LEAF_POINTS:
            continue
        points = [*path.points, path.points[0]] if path.closed else list(path.points)
        for start, end in pairwise(points):
            if 0.8 * least < math.dist(start, end) < 1.2 * most:
                yield at, (start, end)


def _arcs(chain: _Chain, least: float, most: float) -> Iterator[_Arc]:
    points = chain.points
    for start, end in _even_runs(points):
        run = points[start : end + 1]
        centre = _centre(run[0], run[len(run) // 2], run[-1])
        if centre is None:
            continue
        radius = math.dist(centre, run[0])
        if not least < radius < most:
            continue
        if any(abs(math.dist(centre, each) - radius) > _ROUND * radius for each in run):
            continue
        if _LEAST_SWING < math.degrees(_angle(centre, run[0], run[-1])) < _MOST_SWING:
            parts = tuple(dict.fromkeys(chain.parts[start:end]))
            yield _Arc(centre, radius, run[0], run[-1], parts)


def _even_runs(points: Sequence[_Point]) -> Iterator[tuple[int, int]]:
    """Yield runs, as indices of their ends, of steps of about equal length and turn, in one
    direction.
    """
    start = 0
    for at in range(1, len(points)):
        if at < len(points) - 1 and _goes_on_evenly(points, at, start):
            continue
        if at - start >= _FEWEST_POINTS - 1:
            yield start, at
        start = at


def _goes_on_evenly(points: Sequence[_Point], at: int, start: int) -> bool:
    before, here, after = points[at - 1], points[at], points[at + 1]
    steps = math.dist(before, here), math.dist(here, after)
    if max(steps) > 2.5 * min(steps):
        return False
    turn = _turn(before, here, after)
    if not math.radians(0.5) < abs(turn) < math.radians(30):
        return False
    if at - 1 <= start:
        return True
    earlier = _turn(points[at - 2], before, here)
    return earlier * turn > 0 and abs(turn) < 3 * abs(earlier) and abs(earlier) < 3 * abs(turn)


def _turn(before: _Point, here: _Point, after: _Point) -> float:
    first = math.atan2(here[1] - before[1], here[0] - before[0])
    then = math.atan2(after[1] - here[1], after[0] - here[0])
    return (then - first + math.pi) % (2 * math.pi) - math.pi


def _centre(one: _Point, two: _Point, three: _Point) -> _Point | None:
    (ax, ay), (bx, by), (cx, cy) = one, two, three
    twice = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    if abs(twice) < 1e-6:
        return None
    a, b, c = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    return (
        (a * (by - cy) + b * (cy - ay) + c * (ay - by)) / twice,
        (a * (cx - bx) + b * (ax - cx) + c * (bx - ax)) / twice,
    )


def _angle(centre: _Point, one: _Point, other: _Point) -> float:
    first = math.atan2(one[1] - centre[1], one[0] - centre[0])
    then = math.atan2(other[1] - centre[1], other[0] - centre[0])
    return abs((then - first + math.pi) % (2 * math.pi) - math.pi)
