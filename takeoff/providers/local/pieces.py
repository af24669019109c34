"""Straight pieces of lines, in the coordinates of a direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import shapely

Point = tuple[float, float]


@dataclass(frozen=True)
class Piece:
    """A straight piece of a line in the frame of a direction: at ``across``, from ``start`` to
    ``end`` along it; ``places`` are both ends on the page. A line across an opening must end
    exactly there to meet the corner.
    """

    across: float
    start: float
    end: float
    places: tuple[Point, Point]


@dataclass(frozen=True)
class Frame:
    """Coordinates along and across a direction from an origin."""

    origin: Point
    along: Point

    def to_frame(self, point: Point) -> Point:
        """Return a place of the page in this frame: along, across."""
        x, y = point[0] - self.origin[0], point[1] - self.origin[1]
        return x * self.along[0] + y * self.along[1], y * self.along[0] - x * self.along[1]

    def at(self, along: float, across: float) -> Point:
        """Return a place in pixels of the page."""
        return (
            self.origin[0] + along * self.along[0] - across * self.along[1],
            self.origin[1] + along * self.along[1] + across * self.along[0],
        )

    def piece(self, one: Point, other: Point) -> Piece:
        """Return a straight piece between two places of the page."""
        (start, beside), (end, aside) = self.to_frame(one), self.to_frame(other)
        places = (one, other) if start <= end else (other, one)
        return Piece((beside + aside) / 2, min(start, end), max(start, end), places)


def steps_of(line: shapely.LineString) -> Iterator[tuple[Point, Point]]:
    """Yield the ends of each straight piece of a line, in order."""
    points = [(float(x), float(y)) for x, y in line.coords]
    yield from pairwise(points)
