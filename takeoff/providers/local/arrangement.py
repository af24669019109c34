"""The faces into which a sheet's lines, meeting or crossing, divide it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import shapely
from shapely.strtree import STRtree

# A sheet with more lines is not divided: that would take minutes.
_MOST_LINES: Final = 120_000
_TOUCH_PX: Final = 1.0
_CROSSING: Final = math.sin(math.radians(10))


class Arrangement:
    """Lines of one sheet, and the faces between them."""

    def __init__(self, lines: Sequence[shapely.LineString]) -> None:
        self.lines = tuple(lines)
        self._tree = STRtree(self.lines)
        self._faces = _faces(self.lines)
        self._face_tree = STRtree(self._faces)

    def within(self, area: shapely.Geometry) -> list[shapely.LineString]:
        """Return the lines that intersect an area."""
        return [self.lines[at] for at in self._tree.query(area, predicate="intersects")]

    def near(self, place: shapely.Geometry, reach: float) -> list[shapely.LineString]:
        """Return the lines within ``reach`` pixels of a place."""
        return [self.lines[at] for at in self._tree.query(place, "dwithin", distance=reach)]

    def face(self, x: float, y: float) -> shapely.Polygon | None:
        """Return the face around a point, without holes; None if there is none."""
        at = shapely.Point(x, y)
        found = self._face_tree.query(at, predicate="within")
        return shapely.Polygon(self._faces[found[0]].exterior) if len(found) else None

    def crossed_corners(self, face: shapely.Polygon, beyond: float) -> int:
        """Return the number of corners of a face where two lines cross and continue for ``beyond``
        pixels.
        """
        corners = list(shapely.simplify(face.exterior, _TOUCH_PX).coords)[:-1]
        return sum(self._cross_at(shapely.Point(corner), beyond) for corner in corners)

    def _cross_at(self, corner: shapely.Point, beyond: float) -> bool:
        turns = [
            turn
            for line in self.near(corner, _TOUCH_PX)
            if (turn := _through(line, corner, beyond)) is not None
        ]
        return any(abs(math.sin(one - other)) > _CROSSING for one in turns for other in turns)


def face_among(lines: Iterable[shapely.LineString], x: float, y: float) -> shapely.Polygon | None:
    """Return the face that a few lines enclose around a point, without holes; None if there is
    none.
    """
    return Arrangement(list(lines)).face(x, y)


def _faces(lines: Sequence[shapely.LineString]) -> list[shapely.Polygon]:
    if not lines or len(lines) > _MOST_LINES:
        return []
    noded = shapely.get_parts(shapely.union_all(list(lines)))
    found = shapely.get_parts(shapely.polygonize(noded.tolist()))
    return [each for each in found if isinstance(each, shapely.Polygon)]


def _through(line: shapely.LineString, corner: shapely.Point, beyond: float) -> float | None:
    """Return the direction of a line that passes straight through a corner; None if it ends or
    turns.
    """
    at = line.project(corner)
    if not beyond < at < line.length - beyond:
        return None
    before, after = line.interpolate(at - beyond), line.interpolate(at + beyond)
    if before.distance(after) < 1.9 * beyond:
        return None
    return math.atan2(after.y - before.y, after.x - before.x)
