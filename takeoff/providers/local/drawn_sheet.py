"""A sheet as the local provider reads it: outlines and labels, with its scale."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from takeoff.geometry.shape import Ring, Shape
from takeoff.providers.local.labels import Label, labels_of
from takeoff.providers.local.outlines import Outline, Outlines
from takeoff.providers.provider import Sheet
from takeoff.terms import GeometryType
from takeoff.vectors import Paths


@dataclass(frozen=True)
class DrawnSheet:
    """The outlines and labels of one sheet; ``area_px`` is that of its image."""

    outlines: Outlines
    labels: tuple[Label, ...]
    area_px: float
    feet_per_pixel: float

    @classmethod
    def of(cls, sheet: Sheet, paths: Paths) -> DrawnSheet:
        """Read it out of the sheet's paths and words."""
        outlines = Outlines(paths)
        return cls(
            outlines,
            tuple(labels_of(sheet.words, outlines)),
            float(sheet.width_px * sheet.height_px),
            sheet.feet_per_pixel,
        )


def polygon_shape(polygon: shapely.Polygon) -> Shape:
    """Return a polygon, with its holes, as a shape."""
    return Shape(
        GeometryType.POLYGON,
        _ring(polygon.exterior),
        tuple(_ring(hole) for hole in polygon.interiors),
    )


def point_shape(x: float, y: float) -> Shape:
    """Return a point as a shape."""
    return Shape(GeometryType.POINT, ((x, y),))


def centre_of(outline: Outline) -> tuple[float, float]:
    """Return the middle of an outline's box."""
    left, top, right, bottom = outline.box
    return (left + right) / 2, (top + bottom) / 2


def _ring(ring: shapely.LinearRing) -> Ring:
    return tuple((float(x), float(y)) for x, y in list(ring.coords)[:-1])
