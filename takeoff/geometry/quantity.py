"""What a shape on a page amounts to: the unit decides what is measured of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from takeoff.errors import TakeoffError
from takeoff.geometry.shape import Shape
from takeoff.models import Page
from takeoff.terms import GeometryType, MeasurementType, Unit
from takeoff.units import INCHES_PER_FOOT, PER_FOOT, type_of


class NotCalibrated(TakeoffError):
    """Nothing is measured on a page whose scale is not trusted."""

    code = "not_calibrated"


class UnitDoesNotFit(TakeoffError):
    """The unit asks for something that the shape does not have."""

    code = "unit_does_not_fit"


@dataclass(frozen=True)
class Measured:
    """What a shape amounts to: ``quantity`` in the unit asked for, and the shape's own length in
    pixels and area in square pixels, None where it has none.
    """

    quantity: float
    pixel_length: float | None
    pixel_area: float | None


def feet_per_pixel(page: Page) -> float:
    """Return how many feet of the building one pixel of the page's image is.

    Raises:
        NotCalibrated: the page's scale is not known, or not trusted.
    """
    if not page.calibrated or page.scale_value is None:
        raise NotCalibrated(
            f"Page {page.id} is not calibrated, so nothing on it can be measured. Detect its "
            "scale, or set it by hand."
        )
    return 1 / page.scale_value


def measure(shape: Shape, unit: Unit, feet_per_pixel: float, depth_in: float | None) -> Measured:
    """Return what ``shape`` amounts to in ``unit``.

    An outline gives its area in SF or M2, the length around it in LF or M, its area times the
    depth in CY or M3, and one in EA. A line gives its length and nothing else, a point one in EA
    and nothing else.

    Args:
        feet_per_pixel: of the building, as :func:`feet_per_pixel` tells.
        depth_in: inches; needed for CY and M3, and not looked at otherwise.

    Raises:
        UnitDoesNotFit: the shape has nothing of that unit, or a volume without a depth.
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
    raise UnitDoesNotFit(f"A {shape.kind} has nothing to measure in {unit}.")
