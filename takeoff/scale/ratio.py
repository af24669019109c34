"""Converts a ratio 1:N to points on paper and pixels of a page image."""

from __future__ import annotations

from fractions import Fraction

POINTS_PER_INCH = 72.0
INCHES_PER_FOOT = 12.0
FEET_PER_METRE = 1 / 0.3048

# Inches of paper per foot.
ARCHITECTURAL: tuple[Fraction, ...] = tuple(
    Fraction(inches)
    for inches in (
        "12",
        "6",
        "3",
        "3/2",
        "1",
        "3/4",
        "1/2",
        "3/8",
        "1/4",
        "3/16",
        "1/8",
        "3/32",
        "1/16",
        "1/32",
    )
)
# Feet per inch of paper.
ENGINEERING = (10, 20, 30, 40, 50, 60, 80, 100, 200, 400)
METRIC = (1, 2, 5, 10, 20, 25, 50, 75, 100, 125, 150, 200, 250, 300, 400, 500, 750, 1000)
METRIC += (1250, 1500, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000)


def points_per_foot(ratio: float) -> float:
    """Return the points (1/72 in) of paper per foot at 1:``ratio``."""
    return POINTS_PER_INCH * INCHES_PER_FOOT / ratio


def pixels_per_foot(ratio: float, dpi: float) -> float:
    """Return the pixels per foot at 1:``ratio`` in an image of ``dpi`` dots per inch."""
    return dpi * INCHES_PER_FOOT / ratio
