"""A spatial index of a page's lines along one reading direction."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from takeoff.phrases import Frame
from takeoff.scale.vector_layer import Line

_CELL_PX = 48.0
# Maximum slope against the reading direction of a parallel line.
_PARALLEL = 0.01
# Maximum number of reading directions; real sheets have few, and each takes a pass over all lines.
_MAX_DIRECTIONS = 24
# Ends within this distance still meet, in pixels.
_SLACK = 1.5


@dataclass(frozen=True)
class Level:
    """A line along the reading direction: its vertical position, start and end, in pixels."""

    down: float
    start: float
    end: float


class LineIndex:
    """The lines parallel to the reading direction, and those that cross them."""

    def __init__(self, lines: Iterable[Line], frame: Frame) -> None:
        self._levels: dict[int, list[Level]] = defaultdict(list)
        self._others: dict[int, list[tuple[float, float, float, float]]] = defaultdict(list)
        cosine, sine = math.cos(math.radians(frame.turn)), math.sin(math.radians(frame.turn))
        for line in lines:
            x0, y0 = line.x0 * cosine - line.y0 * sine, line.x0 * sine + line.y0 * cosine
            x1, y1 = line.x1 * cosine - line.y1 * sine, line.x1 * sine + line.y1 * cosine
            if abs(y1 - y0) <= _PARALLEL * abs(x1 - x0):
                level = Level((y0 + y1) / 2, min(x0, x1), max(x0, x1))
                self._levels[int(level.down // _CELL_PX)].append(level)
            else:
                top, bottom = min(y0, y1) - _SLACK, max(y0, y1) + _SLACK
                for cell in range(int(top // _CELL_PX), int(bottom // _CELL_PX) + 1):
                    self._others[cell].append((x0, y0, x1, y1))

    def levels(self, above: float, below: float, at: float) -> list[Level]:
        """Return the parallel lines between two heights that pass above or below ``at``."""
        cells = range(int(above // _CELL_PX), int(below // _CELL_PX) + 1)
        return [
            level
            for cell in cells
            for level in self._levels.get(cell, ())
            if above <= level.down <= below and level.start < at < level.end
        ]

    def crossings(self, level: Level) -> list[float]:
        """Return the positions of the ends of ``level`` and of its crossings with other lines,
        sorted and unique.
        """
        found = [level.start, level.end]
        for x0, y0, x1, y1 in self._others.get(int(level.down // _CELL_PX), ()):
            if not min(y0, y1) - _SLACK <= level.down <= max(y0, y1) + _SLACK:
                continue
            share = min(max((level.down - y0) / (y1 - y0), 0.0), 1.0)
            x = x0 + share * (x1 - x0)
            if level.start - _SLACK <= x <= level.end + _SLACK:
                found.append(x)
        found.sort()
        apart = [found[0]]
        for x in found[1:]:
            if x - apart[-1] > 0.3:
                apart.append(x)
        return apart

    def edges(self, above: float, below: float, start: float, end: float) -> list[float]:
        """Return the positions of line ends and perpendicular lines in a box, sorted, in pixels."""
        found: set[float] = set()
        for cell in range(int(above // _CELL_PX), int(below // _CELL_PX) + 1):
            for level in self._levels.get(cell, ()):
                if above <= level.down <= below:
                    found.update((level.start, level.end))
            for x0, y0, x1, y1 in self._others.get(cell, ()):
                if max(y0, y1) >= above and min(y0, y1) <= below and abs(x1 - x0) < _SLACK:
                    found.add((x0 + x1) / 2)
        return sorted(x for x in found if start <= x <= end)


class LineIndexes:
    """The lines of a page along each reading direction, indexed on first use."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = tuple(lines)
        self._made: dict[float, LineIndex] = {}

    def along(self, frame: Frame) -> LineIndex | None:
        """Return the lines along ``frame``, or None beyond the maximum number of directions."""
        if frame.turn not in self._made:
            if len(self._made) == _MAX_DIRECTIONS:
                return None
            self._made[frame.turn] = LineIndex(self._lines, frame)
        return self._made[frame.turn]
