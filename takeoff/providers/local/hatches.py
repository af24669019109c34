"""Finds regions drawn by hatching alone, without an outline."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import shapely
import shapely.affinity

from takeoff.vectors import Paths

# Lines of a hatch: minimum number side by side, and spacing in pixels.
_LEAST_LINES, _NARROWEST_PX, _WIDEST_PX = 8, 1.5, 60.0
# Tolerance for parallel lines, in degrees, and for equal spacing, in shares of it.
_SAME_TURN, _SAME_SPACING = 0.5, 0.15
_MAX_LINES, _MAX_LOOKED_AT = 100_000, 400
# Closes gaps left by rounding between two stretches, in pixels.
_ROUNDING_PX = 0.05

_Point = tuple[float, float]


@dataclass(frozen=True)
class _Line:
    """A line in the frame of its direction: at ``across``, from ``start`` to ``end`` along it; path
    number ``part`` of the sheet.
    """

    part: int
    across: float
    start: float
    end: float


class _Step(NamedTuple):
    """Two adjacent lines, by their indices, ``gap`` pixels apart."""

    one: int
    other: int
    gap: float


@dataclass(frozen=True)
class _Direction:
    """The lines of one direction, the steps between them, and the groups that are hatches."""

    turn: float
    lines: list[_Line]
    steps: list[_Step]
    groups: list[list[_Step]]


class Hatches:
    """Groups of parallel, equally spaced lines of one sheet."""

    def __init__(self, paths: Paths) -> None:
        self._directions = list(_directions(paths))

    def regions(self) -> list[shapely.Polygon]:
        """Return the regions that the groups cover.

        A region reaches from the ends of each line to the ends of the next, and half a spacing
        beyond the first and the last line: its edge may be anywhere between two lines.
        """
        return [
            region
            for each in self._directions
            for group in each.groups
            for region in _covered(each.turn, each.lines, group)
        ]

    def parts(self) -> frozenset[int]:
        """Return the indices of the paths in such groups, or in runs of three or more lines at the
        same spacing, which are the rest of a hatching interrupted by something in it.
        """
        found: set[int] = set()
        for each in self._directions:
            gaps = sorted({round(step.gap, 1) for group in each.groups for step in group})
            steps = [step for step in each.steps if _is_among(step.gap, gaps)]
            beside = Counter(at for step in steps for at in (step.one, step.other))
            for step in steps:
                if max(beside[step.one], beside[step.other]) > 1:
                    found.update((each.lines[step.one].part, each.lines[step.other].part))
        return frozenset(found)


def _is_among(gap: float, gaps: Sequence[float]) -> bool:
    at = bisect_left(gaps, gap)
    return any(abs(other - gap) <= _SAME_SPACING * gap for other in gaps[max(0, at - 1) : at + 1])


def _directions(paths: Paths) -> Iterator[_Direction]:
    turns: dict[int, list[tuple[int, _Point, _Point]]] = defaultdict(list)
    ends = list(_lines(paths))
    if len(ends) > _MAX_LINES:
        return
    for part, start, end in ends:
        turn = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0])) % 180
        turns[round(turn / _SAME_TURN) % round(180 / _SAME_TURN)].append((part, start, end))
    for step, those in turns.items():
        if len(those) >= _LEAST_LINES:
            turn = math.radians(step * _SAME_TURN)
            lines = _turned(turn, those)
            steps = list(_steps(lines))
            yield _Direction(turn, lines, steps, list(_large_groups(lines, steps)))


def _lines(paths: Paths) -> Iterator[tuple[int, _Point, _Point]]:
    for part, path in enumerate(paths.paths):
        if path.stroked and not path.dashed and len(path.points) == 2:
            yield part, path.points[0], path.points[1]


def _turned(turn: float, ends: Sequence[tuple[int, _Point, _Point]]) -> list[_Line]:
    cos, sin = math.cos(turn), math.sin(turn)
    lines: list[_Line] = []
    for part, *points in ends:
        along = sorted(x * cos + y * sin for x, y in points)
        across = sum(y * cos - x * sin for x, y in points) / 2
        lines.append(_Line(part, across, along[0], along[1]))
    return sorted(lines, key=lambda line: line.across)


def _large_groups(lines: Sequence[_Line], steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    for group in _groups(steps):
        used = {at for step in group for at in (step.one, step.other)}
        if len({round(lines[at].across) for at in used}) >= _LEAST_LINES:
            yield group


def _covered(
    turn: float, lines: Sequence[_Line], group: Sequence[_Step]
) -> Iterator[shapely.Polygon]:
    cos, sin = math.cos(turn), math.sin(turn)
    covered = shapely.union_all(list(_stretches(group, lines)))
    closed = covered.buffer(_ROUNDING_PX, join_style="mitre").buffer(
        -_ROUNDING_PX, join_style="mitre"
    )
    placed = shapely.affinity.affine_transform(closed, [cos, -sin, sin, cos, 0, 0])
    yield from (part for part in shapely.get_parts(placed) if isinstance(part, shapely.Polygon))


def _steps(lines: Sequence[_Line]) -> Iterator[_Step]:
    """Yield the steps from each line to the nearest ones further across that lie beside it."""
    across = [line.across for line in lines]
    starts, ends = [line.start for line in lines], [line.end for line in lines]
    for at in range(len(lines)):
        here, start, end, nearest = across[at], starts[at], ends[at], _WIDEST_PX
        for other in range(at + 1, min(at + 1 + _MAX_LOOKED_AT, len(lines))):
            gap = across[other] - here
            if gap > nearest * (1 + _SAME_SPACING):
                break
            if starts[other] < end and ends[other] > start and gap >= _NARROWEST_PX:
                nearest = min(nearest, gap)
                yield _Step(at, other, gap)


def _groups(steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    """Yield runs of consecutive steps of one width."""
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
