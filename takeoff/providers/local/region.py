"""A region of a sheet and its relation to what is drawn there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import shapely

from takeoff.providers.local.arrangement import face_among
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label
from takeoff.providers.local.openings import Opening

SAME: Final = 0.02
"""Regions whose areas differ by less are the same."""
SAME_PX: Final = 1.0
"""Lines within this distance, in pixels, are the same."""
WALL_FT: Final = 1.5
"""Two outlines within this distance, in feet, are the two faces of one wall."""
# A line that extends this far beyond an outline on both sides crosses it, in feet.
_BEYOND_FT: Final = 2.0
# A frame around a label is no region: it is hardly larger than the text.
_FRAME_AREAS, _FRAME_HEIGHTS = 6.0, 2.5


@dataclass(frozen=True)
class Region:
    """The region around a label, with its confidence (0 to 1); ``says`` describes what draws it.

    ``closed``: one path draws it; ``parted``: intersecting lines enclose it; ``hatched``: only
    hatching draws it.
    """

    polygon: shapely.Polygon
    sure: float
    says: str
    closed: bool = False
    parted: bool = False
    hatched: bool = False


def sf_of(sheet: DrawnSheet, shape: shapely.Geometry) -> float:
    """Return the area of a shape in square feet."""
    return float(shapely.area(shape)) * sheet.feet_per_pixel**2


def frames(outline: shapely.Polygon, label: Label) -> bool:
    """Tell whether an outline only frames a label, or is a strip beneath it."""
    left, top, right, bottom = label.box
    wide, high = outline.bounds[2] - outline.bounds[0], outline.bounds[3] - outline.bounds[1]
    text_area = max((right - left) * (bottom - top), 1.0)
    return (
        outline.area < _FRAME_AREAS * text_area or min(wide, high) < _FRAME_HEIGHTS * label.height
    )


def is_of_sheet(sheet: DrawnSheet, polygon: shapely.Polygon) -> bool:
    """Tell whether a polygon is the border of the sheet, or a frame around a titled view."""
    return sheet.border.is_around_sheet(polygon) or any(
        label.is_title and polygon.contains(shapely.Point(label.middle)) for label in sheet.labels
    )


def covers_same(face: shapely.Polygon, polygon: shapely.Polygon) -> bool:
    """Tell whether a face has all of a polygon, but for 2 %."""
    return face.intersection(polygon).area > (1 - SAME) * polygon.area


def face_uncrossed(
    sheet: DrawnSheet, label: Label, polygon: shapely.Polygon
) -> shapely.Polygon | None:
    """Return the face around a label, ignoring lines that cross an outline and continue."""
    lines = not_crossing(sheet, sheet.shut.within(polygon), polygon)
    return face_among([*lines, polygon.exterior], *label.middle)


def not_crossing(
    sheet: DrawnSheet, lines: Iterable[shapely.LineString], polygon: shapely.Polygon
) -> list[shapely.LineString]:
    """Leave out straight lines that cross a polygon and continue on both sides."""
    beyond = polygon.buffer(_BEYOND_FT / sheet.feet_per_pixel)
    return [
        line
        for line in lines
        if len(line.coords) > 2 or any(beyond.contains(shapely.Point(end)) for end in line.coords)
    ]


def on_edge(face: shapely.Polygon, openings: Iterable[Opening]) -> list[Opening]:
    edge = face.exterior.buffer(SAME_PX)
    return [
        each for each in openings if edge.intersection(each.line).length > 0.8 * each.line.length
    ]
