"""The content of the sample set, in numbers.

Points are PDF points of the page as shown: 72 per inch, origin at the bottom left.
``pixels_at`` converts them to pixels of a page image, origin at the top left.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class DimensionTruth:
    """A dimension string: its text, the ends of its line in points, its length in feet."""

    text: str
    start: Point
    end: Point
    feet: float


@dataclass(frozen=True)
class RoomTruth:
    """A room by the inner faces of its walls: outline in points, area in square feet."""

    number: str
    name: str
    outline: tuple[Point, ...]
    area_sf: float


@dataclass(frozen=True)
class ElementTruth:
    """An element to measure: closed or open outline in points, and its quantities.

    ``kind`` is slab, strip footing, pad footing, column or door. ``area_sf`` and ``length_ft``
    are None if they do not apply; ``thickness_in`` is in inches.
    """

    kind: str
    mark: str
    outline: tuple[Point, ...]
    area_sf: float | None = None
    length_ft: float | None = None
    thickness_in: float | None = None


@dataclass(frozen=True)
class SheetTruth:
    """One sheet. ``scale_ratio`` N means 1:N; ``points_per_foot`` is 864 / N."""

    page_number: int
    sheet_number: str
    title: str
    discipline: str
    scale_text: str
    scale_ratio: float
    width_in: float
    height_in: float
    dimensions: tuple[DimensionTruth, ...]
    rooms: tuple[RoomTruth, ...]
    elements: tuple[ElementTruth, ...]

    @property
    def points_per_foot(self) -> float:
        """Points of the page per foot of the building."""
        return 864 / self.scale_ratio

    def pixels_per_foot(self, dpi: float) -> float:
        """Pixels per foot of the building in an image of ``dpi`` dots per inch."""
        return dpi * 12 / self.scale_ratio

    def pixels_at(self, point: Point, dpi: float) -> Point:
        """Convert ``point`` to pixels of a page image of ``dpi`` dots per inch."""
        return point[0] * dpi / 72, (self.height_in * 72 - point[1]) * dpi / 72


@dataclass(frozen=True)
class SampleTruth:
    """The truth of the whole set."""

    project_name: str
    sheets: tuple[SheetTruth, ...]
