"""Checks that may reject a region: its sides, gaps in its lines, necks."""

from __future__ import annotations

import math
from typing import Final

import shapely

from takeoff.providers.local.claims import rivals_of
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label
from takeoff.providers.local.necks import neck_ft
from takeoff.providers.local.openings import widths_of
from takeoff.providers.local.region import (
    SAME,
    SAME_PX,
    Region,
    covers_same,
    is_of_sheet,
    not_crossing,
    on_edge,
    sf_of,
)
from takeoff.providers.local.sides import Drawn, beyond, drawn_as, sides_of

# Distance beyond a side and its possible wall, in feet.
_BEYOND_WALL_FT: Final = 1.8
# Number of sight lines from a label, and how many of them may be blocked.
_RAYS: Final = 32
_HIDDEN: Final = 0.6


def against_sides(sheet: DrawnSheet, label: Label, region: Region) -> str | None:
    """Return why the sides of a region may not be walls: only some are drawn as walls, or beyond a
    single line is something unnamed that may belong to the region.
    """
    face = region.polygon
    openings = on_edge(face, [*sheet.door_openings, *sheet.wall_openings])
    sides = sides_of(face, [each.line for each in openings], sheet.feet_per_pixel)
    drawn = drawn_as(face, sides, sheet.drawn, sheet.feet_per_pixel)
    if drawn is Drawn.AS_BOTH:
        return (
            f"Of the lines that enclose {sf_of(sheet, face):,.0f} SF around it, some are walls and "
            "some are not."
        )
    if drawn is Drawn.AS_WALLS or not region.parted:
        return None
    places = [
        place
        for side in sides
        for place in beyond(side, face, _BEYOND_WALL_FT / sheet.feet_per_pixel)
    ]
    if all(_is_known(sheet, label, face, place) for place in places):
        return None
    return (
        f"Beyond a line around it is something unnamed, which may belong to its "
        f"{sf_of(sheet, face):,.0f} SF."
    )


def _is_known(
    sheet: DrawnSheet, label: Label, face: shapely.Polygon, place: tuple[float, float]
) -> bool:
    """Tell whether a place beyond a face is outside, in something named, or in something
    irrelevant.
    """
    other = sheet.shut.face(*place)
    if other is None or other.area < SAME * face.area or is_of_sheet(sheet, other):
        return True
    return bool(rivals_of(sheet, label, other))


def if_not_open(sheet: DrawnSheet, label: Label, region: Region) -> Region | str:
    """Return a region if lines that end at gaps inside it do not divide it."""
    face = sheet.bridged.face(*label.middle)
    if face is None or covers_same(face, region.polygon):
        return region
    gaps = on_edge(face, [*sheet.wall_openings, *sheet.gaps])
    if not gaps:
        return region
    return (
        f"Lines in it stop at gaps ({widths_of(gaps)}). It has "
        f"{sf_of(sheet, region.polygon):,.0f} SF, and {sf_of(sheet, face):,.0f} SF if they go on "
        "there."
    )


def is_hidden(sheet: DrawnSheet, label: Label, region: Region) -> bool:
    """Tell whether lines hide most of a region's edge as seen from its label, as in a room that is
    open at one side.
    """
    inside = region.polygon.buffer(-2 * SAME_PX)
    lines = not_crossing(sheet, sheet.drawn.within(inside), region.polygon)
    if not lines or region.hatched:
        return False
    inner = shapely.union_all(lines).intersection(inside)
    left, top, right, bottom = region.polygon.bounds
    reach = right - left + bottom - top
    x, y = label.middle
    rays = [
        shapely.LineString([(x, y), (x + reach * math.cos(turn), y + reach * math.sin(turn))])
        for turn in (2 * math.pi * (at + 0.5) / _RAYS for at in range(_RAYS))
    ]
    return sum(ray.intersects(inner) for ray in rays) > _HIDDEN * _RAYS


def without_neck(sheet: DrawnSheet, label: Label, region: Region) -> Region | str:
    """Return a region unless a neck connects its parts, as between two rooms without a door."""
    inside = region.polygon.buffer(-2 * SAME_PX)
    edge = region.polygon.exterior.buffer(2 * SAME_PX)
    lines = [
        line
        for line in not_crossing(sheet, sheet.drawn.within(inside), region.polygon)
        if line.intersects(edge) or _is_long(line, region.polygon)
    ]
    if (region.closed and not lines) or region.hatched:
        return region
    neck = neck_ft(region.polygon, lines, label.middle, sheet.feet_per_pixel)
    if neck is None:
        return region
    return (
        f"What is around it, {sf_of(sheet, region.polygon):,.0f} SF, is connected by an opening of "
        f"about {neck:.0f} ft, and may be several rooms."
    )


def _is_long(line: shapely.LineString, polygon: shapely.Polygon) -> bool:
    left, top, right, bottom = polygon.bounds
    wide, high = line.bounds[2] - line.bounds[0], line.bounds[3] - line.bounds[1]
    return max(wide, high) > 0.4 * min(right - left, bottom - top)
