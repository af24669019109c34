"""Finds closed outlines: one closed path, or lines that meet end to end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import shapely
import shapely.prepared
from shapely.strtree import STRtree

from takeoff.providers.local.hatches import Hatches
from takeoff.vectors import Path, Paths

_WHITE = 250
# Ends of lines closer than this meet, in pixels.
_MEET_PX = 0.25
_MAX_JOINED = 30_000
_MAX_OUTLINE_POINTS = 5000


@dataclass(frozen=True, eq=False)
class Outline:
    """A closed outline; ``joined``: from several lines. ``fill`` is that of its path. ``hatched``:
    the region of a hatching, without an outline of its own.
    """

    polygon: shapely.Polygon
    dashed: bool
    stroked: bool
    joined: bool
    fill: tuple[int, int, int] | None
    hatched: bool = False

    @property
    def blank(self) -> bool:
        """Whether it is white without an edge, as used to blank out lines behind a text."""
        return not self.stroked and self.fill is not None and min(self.fill) >= _WHITE

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.polygon.bounds

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of its box."""
        left, top, right, bottom = self.polygon.bounds
        return right - left, bottom - top


class Outlines:
    """The outlines of one sheet, indexed by place; lines with indices in ``not_joined``, such as
    door swings, are not joined with others.
    """

    def __init__(self, paths: Paths, not_joined: Iterable[int] = ()) -> None:
        self._paths = paths
        drawn = [outline for path in paths.paths if (outline := _drawn(path)) is not None]
        self.all = tuple(_different([*drawn, *_joined(paths, frozenset(not_joined))]))
        self._tree = STRtree([outline.polygon for outline in self.all])

    def around(self, x: float, y: float) -> list[Outline]:
        """Return the outlines that contain a point, the smallest first."""
        at = shapely.Point(x, y)
        found = [self.all[index] for index in self._tree.query(at, predicate="within")]
        return sorted(found, key=lambda outline: outline.polygon.area)

    def within(self, polygon: shapely.Polygon) -> list[Outline]:
        """Return the outlines inside a polygon."""
        inside = shapely.prepared.prep(polygon.buffer(_MEET_PX))
        return [
            self.all[index]
            for index in self._tree.query(polygon)
            if inside.covers(self.all[index].polygon)
        ]

    def hatched_around(self, x: float, y: float) -> list[Outline]:
        """Return the regions around a point drawn by hatching alone, the smallest first."""
        at = shapely.Point(x, y)
        found = [each for each in self._hatched if each.polygon.covers(at)]
        return sorted(found, key=lambda each: each.polygon.area)

    def near(self, box: tuple[float, float, float, float], reach: float) -> list[Outline]:
        """Return the outlines whose edge is within ``reach`` of a box, the nearest first."""
        here = shapely.box(*box)
        found = [
            (distance, self.all[index])
            for index in self._tree.query(here.buffer(reach))
            if (distance := self.all[index].polygon.exterior.distance(here)) <= reach
        ]
        return [outline for _, outline in sorted(found, key=lambda each: each[0])]

    def lines_through(self, x: float, y: float, within: float, longer: float) -> list[float]:
        """Return the directions, in radians, of the straight lines that pass a point within
        ``within`` pixels and are longer than ``longer``.
        """
        lines, tree = self._straight
        found = (lines[at] for at in tree.query(shapely.Point(x, y), "dwithin", distance=within))
        return [_turn(line) for line in found if line.length > longer]

    def alike(self, outline: Outline) -> list[Outline]:
        """Return the outlines of the same form (corners, size, edge, fill), rotated by any right
        angle.
        """
        return [other for other in self.all if _alike(outline, other)]

    @cached_property
    def hatches(self) -> Hatches:
        """The hatchings of the sheet."""
        return Hatches(self._paths)

    @cached_property
    def _straight(self) -> tuple[list[shapely.LineString], STRtree]:
        lines = [
            shapely.LineString(path.points)
            for path in self._paths.paths
            if path.stroked and len(path.points) == 2
        ]
        return lines, STRtree(lines)

    @cached_property
    def _hatched(self) -> list[Outline]:
        """The hatched regions; only needed if no outline is around a label."""
        return [
            Outline(region, dashed=False, stroked=False, joined=True, fill=None, hatched=True)
            for region in self.hatches.regions()
        ]


def _drawn(path: Path) -> Outline | None:
    if not path.closed or not 3 <= len(path.points) <= _MAX_OUTLINE_POINTS:
        return None
    polygon = shapely.Polygon(path.points)
    if not polygon.is_valid or polygon.area < 1:
        return None
    return Outline(polygon, path.dashed, path.stroked, joined=False, fill=path.fill)


def _joined(paths: Paths, without: frozenset[int]) -> Iterator[Outline]:
    """Yield the outlines formed by lines whose ends meet; crossing lines form none."""
    lines = [
        path
        for at, path in enumerate(paths.paths)
        if path.stroked and not path.closed and at not in without
    ]
    for dashed in (False, True):
        edges = {
            tuple(sorted((_snapped(start), _snapped(end))))
            for path in lines
            if path.dashed is dashed
            for start, end in zip(path.points, path.points[1:], strict=False)
        }
        kept = [shapely.LineString(edge) for edge in edges if edge[0] != edge[1]]
        if not kept or len(kept) > _MAX_JOINED:
            continue
        faces = shapely.get_parts(shapely.polygonize(kept))
        for face in faces:
            if face.is_valid and face.area >= 1:
                outer = shapely.Polygon(face.exterior)
                yield Outline(outer, dashed, stroked=True, joined=True, fill=None)


def _turn(line: shapely.LineString) -> float:
    (x, y), (end_x, end_y) = line.coords
    return math.atan2(end_y - y, end_x - x)


def _snapped(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0] / _MEET_PX) * _MEET_PX, round(point[1] / _MEET_PX) * _MEET_PX


def _different(outlines: Iterable[Outline]) -> Iterator[Outline]:
    """Remove outlines drawn twice: filled and then stroked, or joined from their own edges."""
    seen: dict[tuple[int, ...], Outline] = {}
    for outline in outlines:
        if outline.blank:
            continue
        key = (*(round(edge) for edge in outline.box), round(outline.polygon.area / 4))
        if key not in seen:
            seen[key] = outline
            yield outline


def _alike(one: Outline, other: Outline) -> bool:
    if (one.dashed, one.stroked, one.fill) != (other.dashed, other.stroked, other.fill):
        return False
    corners = len(one.polygon.exterior.coords), len(other.polygon.exterior.coords)
    sizes = zip(sorted(one.size), sorted(other.size), strict=True)
    return corners[0] == corners[1] and all(abs(a - b) < 1 for a, b in sizes)
