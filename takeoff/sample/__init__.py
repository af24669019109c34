"""A made-up building as a realistic drawing set, with everything on it known."""

from takeoff.sample.drawing_set import write_sample
from takeoff.sample.truth import (
    DimensionTruth,
    ElementTruth,
    RoomTruth,
    SampleTruth,
    SheetTruth,
)

__all__ = [
    "DimensionTruth",
    "ElementTruth",
    "RoomTruth",
    "SampleTruth",
    "SheetTruth",
    "write_sample",
]
