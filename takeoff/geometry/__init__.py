"""Shapes on a page, and their quantities."""

from takeoff.geometry.quantity import (
    Measured,
    NotCalibrated,
    UnitDoesNotFit,
    feet_per_pixel,
    measure,
)
from takeoff.geometry.shape import BadShape, Point, Shape

__all__ = [
    "BadShape",
    "Measured",
    "NotCalibrated",
    "Point",
    "Shape",
    "UnitDoesNotFit",
    "feet_per_pixel",
    "measure",
]
