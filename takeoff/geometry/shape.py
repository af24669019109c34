"""Shapes on a page image, as stored and as shapely geometries."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Self

import shapely
from shapely.geometry.base import BaseGeometry

from takeoff.errors import TakeoffError
from takeoff.terms import GeometryType

Point = tuple[float, float]
Ring = tuple[Point, ...]

_FEWEST = {
    GeometryType.POINT: 1,
    GeometryType.CIRCLE: 1,
    GeometryType.LINE: 2,
    GeometryType.POLYLINE: 2,
    GeometryType.RECTANGLE: 2,
    GeometryType.POLYGON: 3,
}
_EXACTLY = frozenset({GeometryType.POINT, GeometryType.CIRCLE, GeometryType.LINE})
_MAX_POINTS = 5000
# Segments per quarter circle in its shapely polygon; its stored area is exact.
_QUARTER = 32
# Decimals of a pixel that are stored; a pixel is a tenth of an inch of the building or more.
_DIGITS = 3


class BadShape(TakeoffError):
    """The points do not form a valid shape of that kind."""

    code = "bad_shape"


@dataclass(frozen=True)
class Shape:
    """A shape in pixels of the page image, origin at its top left corner.

    ``points``: the corners of a polygon in order (the last is not the first again), two opposite
    or all four corners of a rectangle, the centre of a circle, the vertices of a line.
    ``holes``: rings cut out of a polygon. ``radius``: of a circle, in pixels.

    Raises:
        BadShape: too few or too many points, values that are not numbers, an outline that crosses
            itself or encloses nothing, a line without length, a circle without a radius.
    """

    kind: GeometryType
    points: Ring
    holes: tuple[Ring, ...] = ()
    radius: float | None = None

    def __post_init__(self) -> None:
        _check(self)

    @property
    def encloses(self) -> bool:
        """Whether the shape has an area."""
        return self.kind in (GeometryType.POLYGON, GeometryType.RECTANGLE, GeometryType.CIRCLE)

    @property
    def geometry(self) -> BaseGeometry:
        """The shape as a shapely geometry; a circle becomes a polygon of 128 sides."""
        return _geometry(self)

    @property
    def area_px(self) -> float | None:
        """The area in square pixels; None for a line or a point."""
        if not self.encloses:
            return None
        if self.kind is GeometryType.CIRCLE:
            return math.pi * (self.radius or 0.0) ** 2
        return self.geometry.area

    @property
    def length_px(self) -> float | None:
        """The length of a line or of the perimeter with holes, in pixels; None for a point."""
        if self.kind is GeometryType.POINT:
            return None
        if self.kind is GeometryType.CIRCLE:
            return 2 * math.pi * (self.radius or 0.0)
        return self.geometry.length

    def scaled(self, across: float, down: float) -> Self:
        """The shape on an image that is ``across`` times as wide and ``down`` times as high."""

        def ring(points: Ring) -> Ring:
            return tuple((x * across, y * down) for x, y in points)

        return replace(
            self,
            points=ring(self.points),
            holes=tuple(ring(hole) for hole in self.holes),
            radius=None if self.radius is None else self.radius * math.sqrt(across * down),
        )

    def inside(self, width_px: float, height_px: float) -> bool:
        """Whether all of the shape lies on an image of that size."""
        left, top, right, bottom = self.geometry.bounds
        return left >= 0 and top >= 0 and right <= width_px and bottom <= height_px

    def as_json(self) -> dict[str, Any]:
        """Return the shape as a measurement stores it, rounded to thousandths of a pixel."""
        stored: dict[str, Any] = {"points": _rounded(self.points)}
        if self.holes:
            stored["holes"] = [_rounded(hole) for hole in self.holes]
        if self.radius is not None:
            stored["radius"] = round(self.radius, _DIGITS)
        return stored

    @classmethod
    def of_json(cls, kind: GeometryType, stored: Any) -> Self:
        """Return the shape that :meth:`as_json` stored.

        Raises:
            BadShape: ``stored`` is not a valid shape.
        """
        try:
            return cls(
                kind,
                tuple((float(x), float(y)) for x, y in stored["points"]),
                tuple(
                    tuple((float(x), float(y)) for x, y in hole) for hole in stored.get("holes", ())
                ),
                None if stored.get("radius") is None else float(stored["radius"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadShape(
                f"A {kind} is stored with points of two numbers each: {error}"
            ) from error


def _rounded(points: Ring) -> list[list[float]]:
    return [[round(x, _DIGITS), round(y, _DIGITS)] for x, y in points]


def _geometry(shape: Shape) -> BaseGeometry:
    match shape.kind:
        case GeometryType.POINT:
            return shapely.Point(shape.points[0])
        case GeometryType.CIRCLE:
            return shapely.Point(shape.points[0]).buffer(shape.radius or 0.0, quad_segs=_QUARTER)
        case GeometryType.LINE | GeometryType.POLYLINE:
            return shapely.LineString(shape.points)
        case GeometryType.RECTANGLE if len(shape.points) == 2:
            (x0, y0), (x1, y1) = shape.points
            return shapely.box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        case _:
            return shapely.Polygon(shape.points, shape.holes)


def _check(shape: Shape) -> None:
    kind, count = shape.kind, len(shape.points)
    fewest = _FEWEST[kind]
    if count < fewest or (kind in _EXACTLY and count != fewest) or count > _MAX_POINTS:
        raise BadShape(f"A {kind} cannot have {count} points.")
    if kind is GeometryType.RECTANGLE and count not in (2, 4):
        raise BadShape(f"A rectangle has 2 or 4 points, not {count}.")
    numbers = [each for ring in (shape.points, *shape.holes) for point in ring for each in point]
    if not all(math.isfinite(number) for number in numbers):
        raise BadShape(f"A {kind} has a coordinate that is not a number.")
    if (kind is GeometryType.CIRCLE) != (shape.radius is not None):
        raise BadShape("A circle needs a radius; no other shape has one.")
    if shape.radius is not None and not (math.isfinite(shape.radius) and shape.radius > 0):
        raise BadShape("The radius of a circle must be a number above 0.")
    if shape.holes and kind is not GeometryType.POLYGON:
        raise BadShape(f"A {kind} cannot have holes.")
    if kind in (GeometryType.LINE, GeometryType.POLYLINE) and shape.geometry.length == 0:
        raise BadShape(f"A {kind} has no length.")
    if kind in (GeometryType.POLYGON, GeometryType.RECTANGLE):
        geometry = shape.geometry
        if not geometry.is_valid:
            reason = shapely.is_valid_reason(geometry).split("[")[0].lower()
            raise BadShape(f"The outline of a {kind} crosses itself or its holes ({reason}).")
        if geometry.area == 0:
            raise BadShape(f"A {kind} encloses nothing.")
