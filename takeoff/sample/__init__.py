"""Draws a fictitious building as a realistic drawing set with known content."""

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
