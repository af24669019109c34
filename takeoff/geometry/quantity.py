"""Calculates the quantity of a shape; the unit decides what is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

from takeoff.errors import TakeoffError
from takeoff.geometry.shape import Shape
from takeoff.models import Page
from takeoff.terms import GeometryType, MeasurementType, Unit
from takeoff.units import INCHES_PER_FOOT, PER_FOOT, type_of


class NotCalibrated(TakeoffError):
    """The page's scale is not trusted, so nothing can be measured on it."""

    code = "not_calibrated"


class UnitDoesNotFit(TakeoffError):
    """The shape cannot be measured in this unit."""

    code = "unit_does_not_fit"


@dataclass(frozen=True)
class Measured:
    """A shape's quantity: ``quantity`` in the unit asked for, its length in pixels and its area in
    square pixels (None if it has none).
    """

    quantity: float
    pixel_length: float | None
    pixel_area: float | None


def feet_per_pixel(page: Page) -> float:
    """Return the feet of the building per pixel of the page's image.

    Raises:
        NotCalibrated: the page's scale is unknown or not trusted.
    """
    if not page.calibrated or page.scale_value is None:
        raise NotCalibrated(
            f"Page {page.id} is not calibrated, so nothing on it can be measured. Detect its "
            "scale, or set it by hand."
        )
    return 1 / page.scale_value


def measure(shape: Shape, unit: Unit, feet_per_pixel: float, depth_in: float | None) -> Measured:
    """Return the quantity of ``shape`` in ``unit``.

    An outline has an area (SF, M2), a perimeter (LF, M), a volume of area times depth (CY, M3) and
    counts as one (EA). A line only has a length; a point only counts as one.

    Args:
        feet_per_pixel: feet of the building per pixel; see :func:`feet_per_pixel`.
        depth_in: inches; required for CY and M3, ignored otherwise.

    Raises:
        UnitDoesNotFit: the shape cannot be measured in that unit, or a volume has no depth.
    """
    length, area = shape.length_px, shape.area_px
    return Measured(_quantity(shape, unit, feet_per_pixel, depth_in), length, area)


def _quantity(shape: Shape, unit: Unit, feet: float, depth_in: float | None) -> float:
    length, area, kind = shape.length_px, shape.area_px, type_of(unit)
    if kind is MeasurementType.LINEAR and length is not None:
        return length * feet * PER_FOOT[unit]
    if kind is MeasurementType.COUNT and (shape.encloses or shape.kind is GeometryType.POINT):
        return 1.0
    if kind is MeasurementType.AREA and area is not None:
        return area * feet**2 * PER_FOOT[unit]
    if kind is MeasurementType.VOLUME and area is not None:
        if depth_in is None or not (math.isfinite(depth_in) and depth_in > 0):
            raise UnitDoesNotFit("A volume needs a depth in inches. Give the condition one.")
        return area * feet**2 * (depth_in / INCHES_PER_FOOT) * PER_FOOT[unit]
    raise UnitDoesNotFit(f"A {shape.kind} cannot be measured in {unit}.")
