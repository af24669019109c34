"""Finds the lines of a sheet that may be edges of rooms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import shapely
from shapely.strtree import STRtree

from takeoff.phrases import Phrase
from takeoff.providers.local.names import is_dimension_text
from takeoff.vectors import Path, Paths

_Point = tuple[float, float]

# A smaller closed path is part of a symbol.
_SMALLEST_FT, _SMALLEST_PX = 0.3, 8.0
# A closed path hardly larger than the text in it is a tag.
_TAG_AREAS, _TAG_HEIGHTS = 8.0, 3.4
# A dimension line passes within this distance of its text, in heights, and continues on both sides.
_DIMENSION_NEAR, _MIDDLE = 1.7, 0.15
_SAME_TURN: Final = math.sin(math.radians(3))
_WHITE: Final = 250
# Lines that end within this distance of another meet it, in pixels.
_MEET_PX: Final = 0.75


def wall_lines(
    paths: Paths, phrases: Sequence[Phrase], left_out: Iterable[int], feet_per_pixel: float
) -> list[shapely.LineString]:
    """Return the solid lines and the edges of filled shapes, except tags around texts, dimension
    lines, parts of symbols, and the paths at the indices ``left_out``.

    Open lines are extended by 0.75 pixels at each end, so that they meet lines they end just short
    of.
    """
    skipped = frozenset(left_out)
    least = max(_SMALLEST_FT / feet_per_pixel, _SMALLEST_PX)
    kept = [
        path for at, path in enumerate(paths.paths) if at not in skipped and _may_bound(path, least)
    ]
    tags = _Tags(phrases)
    dimensions = _Dimensions(phrases)
    return [
        line
        for path in kept
        if not tags.has(path) and not dimensions.has(path)
        for line in _line(path)
    ]


def _may_bound(path: Path, least: float) -> bool:
    if path.dashed or len(path.points) < 2:
        return False
    if not path.stroked and (path.fill is None or min(path.fill) >= _WHITE):
        return False
    return not path.closed or max(_size(path)) >= least


def _size(path: Path) -> tuple[float, float]:
    xs, ys = [x for x, _ in path.points], [y for _, y in path.points]
    return max(xs) - min(xs), max(ys) - min(ys)


def _line(path: Path) -> Iterator[shapely.LineString]:
    points = list(path.points)
    if path.closed:
        yield shapely.LineString([*points, points[0]])
        return
    points[0] = _beyond(points[1], points[0])
    points[-1] = _beyond(points[-2], points[-1])
    line = shapely.LineString(points)
    if line.length > 0:
        yield line


def _beyond(before: _Point, end: _Point) -> _Point:
    length = math.dist(before, end)
    if length == 0:
        return end
    factor = _MEET_PX / length
    return end[0] + (end[0] - before[0]) * factor, end[1] + (end[1] - before[1]) * factor


class _Tags:
    """Closed paths hardly larger than the texts in them."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = phrases
        self._tree = STRtree([shapely.box(*each.box) for each in phrases])

    def has(self, path: Path) -> bool:
        if not path.closed or len(path.points) < 3:
            return False
        around = shapely.Polygon(path.points)
        if not around.is_valid:
            return False
        low = min(_size(path))
        held = [
            self._phrases[at]
            for at in self._tree.query(around)
            if around.contains(shapely.box(*self._phrases[at].box).centroid)
        ]
        if not held:
            return False
        text = sum((each.box[2] - each.box[0]) * (each.box[3] - each.box[1]) for each in held)
        heights = sum(each.height for each in held)
        return around.area < _TAG_AREAS * max(text, 1.0) and low < _TAG_HEIGHTS * max(heights, 1.0)


class _Dimensions:
    """Lines that pass the middle of a dimension's text."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._texts = [each for each in phrases if is_dimension_text(each.text)]
        self._tree = STRtree([shapely.Point(_middle(each)) for each in self._texts])

    def has(self, path: Path) -> bool:
        if path.closed or len(path.points) != 2 or not self._texts:
            return False
        line = shapely.LineString(path.points)
        reach = max((each.height for each in self._texts), default=0.0) * _DIMENSION_NEAR
        return any(
            _passes(path.points, self._texts[at])
            for at in self._tree.query(line, "dwithin", distance=reach)
        )


def _passes(points: Sequence[_Point], text: Phrase) -> bool:
    (x, y), (end_x, end_y) = points
    length = math.dist(points[0], points[1])
    if length == 0:
        return False
    along = (end_x - x) / length, (end_y - y) / length
    turn = math.radians(text.turn)
    reads = math.cos(turn), -math.sin(turn)
    if abs(along[0] * reads[1] - along[1] * reads[0]) > _SAME_TURN:
        return False
    middle = _middle(text)
    at = ((middle[0] - x) * along[0] + (middle[1] - y) * along[1]) / length
    beside = abs((middle[0] - x) * along[1] - (middle[1] - y) * along[0])
    return _MIDDLE < at < 1 - _MIDDLE and beside < _DIMENSION_NEAR * text.height


def _middle(text: Phrase) -> _Point:
    return (text.box[0] + text.box[2]) / 2, (text.box[1] + text.box[3]) / 2
