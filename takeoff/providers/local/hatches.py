"""Regions that are drawn by hatching alone, without an outline."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely
import shapely.affinity

from takeoff.vectors import Paths

# Lines of a hatch: so many beside each other at least, and so far apart, in pixels.
_LEAST_LINES, _NARROWEST_PX, _WIDEST_PX = 8, 1.5, 60.0
# In degrees, and of the spacing: what counts as parallel, and as equally spaced.
_SAME_TURN, _SAME_SPACING = 0.5, 0.15
_MAX_LINES, _MAX_LOOKED_AT = 100_000, 400
# Closes what rounding leaves open between two stretches, in pixels.
_ROUNDING_PX = 0.05

_Point = tuple[float, float]


@dataclass(frozen=True)
class _Line:
    """A line in the frame of its direction: at ``across``, from ``start`` to ``end`` along it."""

    across: float
    start: float
    end: float


@dataclass(frozen=True)
class _Step:
    """From one line to the next beside it, by their indices; ``gap`` pixels apart."""

    one: int
    other: int
    gap: float


def hatched_regions(paths: Paths) -> list[shapely.Polygon]:
    """Return what groups of parallel, equally spaced lines cover.

    A region reaches from the ends of each line to the ends of the next, and half a spacing beyond
    the first and the last line: nobody knows where between two lines its edge would be.
    """
    turns: dict[int, list[tuple[_Point, _Point]]] = defaultdict(list)
    lines = list(_lines(paths))
    if len(lines) > _MAX_LINES:
        return []
    for start, end in lines:
        turn = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0])) % 180
        turns[round(turn / _SAME_TURN) % round(180 / _SAME_TURN)].append((start, end))
    return [
        region
        for turn, those in turns.items()
        if len(those) >= _LEAST_LINES
        for region in _of_turn(math.radians(turn * _SAME_TURN), those)
    ]


def _lines(paths: Paths) -> Iterator[tuple[_Point, _Point]]:
    for path in paths.paths:
        if path.stroked and not path.dashed and len(path.points) == 2:
            yield path.points[0], path.points[1]


def _of_turn(turn: float, ends: Sequence[tuple[_Point, _Point]]) -> Iterator[shapely.Polygon]:
    cos, sin = math.cos(turn), math.sin(turn)
    lines: list[_Line] = []
    for points in ends:
        along = sorted(x * cos + y * sin for x, y in points)
        lines.append(_Line(sum(y * cos - x * sin for x, y in points) / 2, along[0], along[1]))
    lines.sort(key=lambda line: line.across)
    for group in _groups([step for at in range(len(lines)) for step in _steps(at, lines)]):
        used = {at for step in group for at in (step.one, step.other)}
        if len({round(lines[at].across) for at in used}) < _LEAST_LINES:
            continue
        covered = shapely.union_all(list(_stretches(group, lines)))
        closed = covered.buffer(_ROUNDING_PX, join_style="mitre").buffer(
            -_ROUNDING_PX, join_style="mitre"
        )
        placed = shapely.affinity.affine_transform(closed, [cos, -sin, sin, cos, 0, 0])
        yield from (part for part in shapely.get_parts(placed) if isinstance(part, shapely.Polygon))


def _steps(at: int, lines: Sequence[_Line]) -> Iterator[_Step]:
    """Yield the steps from a line to the nearest ones further across that lie beside it."""
    here = lines[at]
    nearest = _WIDEST_PX
    for other in range(at + 1, min(at + 1 + _MAX_LOOKED_AT, len(lines))):
        there = lines[other]
        gap = there.across - here.across
        if gap > nearest * (1 + _SAME_SPACING):
            return
        beside = min(here.end, there.end) > max(here.start, there.start)
        if gap >= _NARROWEST_PX and beside:
            nearest = min(nearest, gap)
            yield _Step(at, other, gap)


def _groups(steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    """Yield steps of one width that go on from line to line."""
    parents = list(range(len(steps)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    at_line: dict[int, list[int]] = defaultdict(list)
    for index, step in enumerate(steps):
        for line in (step.one, step.other):
            for other in at_line[line]:
                if abs(steps[other].gap - step.gap) <= _SAME_SPACING * step.gap:
                    parents[root(index)] = root(other)
            at_line[line].append(index)
    groups: dict[int, list[_Step]] = defaultdict(list)
    for index, step in enumerate(steps):
        groups[root(index)].append(step)
    yield from groups.values()


def _stretches(group: Sequence[_Step], lines: Sequence[_Line]) -> Iterator[shapely.Polygon]:
    gaps = sorted(step.gap for step in group)
    half = gaps[len(gaps) // 2] / 2
    for step in group:
        one, other = lines[step.one], lines[step.other]
        yield shapely.Polygon(
            [
                (one.start, one.across),
                (one.end, one.across),
                (other.end, other.across),
                (other.start, other.across),
            ]
        )
    starting, ending = {step.one for step in group}, {step.other for step in group}
    for at in starting - ending:
        line = lines[at]
        yield shapely.box(line.start, line.across - half, line.end, line.across)
    for at in ending - starting:
        line = lines[at]
        yield shapely.box(line.start, line.across, line.end, line.across + half)
