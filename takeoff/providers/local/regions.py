"""Finds the region around a label, or the reason why it is unclear.

A region is claimed if the smallest closed outline around the label agrees with the face that all
lines enclose there, with doors closed. If these differ by more than 2 %, other evidence decides,
such as a name in the difference; otherwise nothing is claimed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import shapely

from takeoff.providers.local.arrangement import Arrangement
from takeoff.providers.local.claims import rivals_of
from takeoff.providers.local.doubts import against_sides, if_not_open, is_hidden, without_neck
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label
from takeoff.providers.local.nested import among
from takeoff.providers.local.openings import widths_of
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.region import (
    WALL_FT,
    Region,
    covers_same,
    face_uncrossed,
    frames,
    is_of_sheet,
    on_edge,
    sf_of,
)
from takeoff.providers.local.vocabulary import terms

# Confidence that a label names its region, by what draws the region.
_CLOSED, _JOINED, _PARTED, _BY_DOORS, _BY_WALLS, _BY_HATCH = 1.0, 0.9, 0.85, 0.8, 0.55, 0.6
_CROSSED, _ACROSS_EDGE, _MANY_DOORS = 0.85, 0.6, 0.9
_MANY: Final = 4
# Minimum share of a label that is inside its region.
_MOST: Final = 0.75
# Hidden edges are drawn dashed.
_BENEATH = frozenset({"FOOTING", "PIT", "PIER", "PAD"})
_BORDER = "Only the border of the sheet is around it."
_OPEN = "No closed outline is around it."


def region_at(sheet: DrawnSheet, label: Label) -> Region | str:
    """Return the region that a label may name, or why there is none."""
    outlines, has_border = _outlines(sheet, label)
    if outlines:
        found = among(sheet, label, outlines)
        region = found if isinstance(found, str) else _in_outline(sheet, label, found)
    else:
        region = _without_outline(sheet, label, has_border=has_border)
    if isinstance(region, str):
        return region
    if not region.polygon.covers(shapely.box(*label.box)):
        if region.hatched:
            return "The hatching around it ends beneath it."
        if region.polygon.intersection(shapely.box(*label.box)).area < _MOST * _area_of(label):
            return "It is on the edge of the outline around it."
        region = replace(
            region,
            sure=region.sure * _ACROSS_EDGE,
            says=f"{region.says}; the label runs across its edge",
        )
    if not region.closed and not region.hatched:
        reason = against_sides(sheet, label, region)
        if reason is not None:
            return reason
    if is_hidden(sheet, label, region):
        return (
            f"Other lines stand between it and most of the edge of what is around it, "
            f"{sf_of(sheet, region.polygon):,.0f} SF."
        )
    return without_neck(sheet, label, region)


def _area_of(label: Label) -> float:
    left, top, right, bottom = label.box
    return (right - left) * (bottom - top)


def _outlines(sheet: DrawnSheet, label: Label) -> tuple[list[Outline], bool]:
    """Return the outlines that a label may name, the smallest first, and whether the border of the
    sheet is around it.
    """
    around = [
        each for each in sheet.outlines.around(*label.middle) if not frames(each.polygon, label)
    ]
    inner = [each for each in around if not is_of_sheet(sheet, each.polygon)]
    if not terms(label.text) & _BENEATH:
        solid = [each for each in inner if not each.dashed]
        inner = solid or inner
    return inner, len(inner) < len(around)


def _in_outline(sheet: DrawnSheet, label: Label, outline: Outline) -> Region | str:
    """Return the part of an outline that a label is in: all of it if no lines divide it."""
    polygon = outline.polygon
    how = "lines that meet end to end" if outline.joined else "one closed path"
    whole = Region(
        polygon,
        _JOINED if outline.joined else _CLOSED,
        f"drawn as {how}",
        closed=not outline.joined,
    )
    face = sheet.shut.face(*label.middle)
    if face is not None and not covers_same(polygon, face) and not is_of_sheet(sheet, face):
        return (
            f"The outline around it has {sf_of(sheet, polygon):,.0f} SF, and the lines around it "
            f"enclose {sf_of(sheet, face):,.0f} SF."
        )
    if face is None or covers_same(face, polygon):
        return if_not_open(sheet, label, whole)
    uncrossed = face_uncrossed(sheet, label, polygon)
    if uncrossed is None or covers_same(uncrossed, polygon):
        return if_not_open(
            sheet,
            label,
            replace(whole, sure=whole.sure * _CROSSED, says=f"{whole.says}, which lines cross"),
        )
    rest = polygon.difference(face)
    # A door in the dividing line shows that it is a wall; a name beyond it, that there is another
    # room.
    is_wall = bool(on_edge(face, sheet.door_openings)) or bool(rivals_of(sheet, label, rest))
    if is_wall and not _is_crossed(sheet, sheet.shut, face):
        return if_not_open(sheet, label, _parted(sheet, face))
    return (
        f"Lines part the outline around it: it has {sf_of(sheet, polygon):,.0f} SF, and what is "
        f"around the label {sf_of(sheet, face):,.0f} SF."
    )


def _without_outline(sheet: DrawnSheet, label: Label, *, has_border: bool) -> Region | str:
    """Return the face around a label, with doors closed, if no outline is closed."""
    none = _BORDER if has_border else _OPEN
    for arrangement, openings in (
        (sheet.shut, sheet.door_openings),
        (sheet.walled, [*sheet.door_openings, *sheet.wall_openings]),
    ):
        face = arrangement.face(*label.middle)
        if face is None or frames(face, label) or is_of_sheet(sheet, face):
            continue
        used = on_edge(face, openings)
        if _is_crossed(sheet, arrangement, face):
            return none if not used else "Lines that go on beyond it cross at its corners."
        region = _parted(sheet, face)
        return if_not_open(sheet, label, region) if arrangement is sheet.shut else region
    bridged = sheet.bridged.face(*label.middle)
    if bridged is not None and not frames(bridged, label) and not is_of_sheet(sheet, bridged):
        gaps = on_edge(bridged, sheet.gaps)
        if gaps:
            return (
                f"Its outline is open ({widths_of(gaps)}) where no door is drawn. Closed there, it "
                f"has {sf_of(sheet, bridged):,.0f} SF."
            )
    for hatched in sheet.outlines.hatched_around(*label.middle):
        if not frames(hatched.polygon, label):
            return Region(hatched.polygon, _BY_HATCH, "", hatched=True)
    return none


def _is_crossed(sheet: DrawnSheet, lines: Arrangement, face: shapely.Polygon) -> bool:
    """Tell whether lines cross at a corner of a face and continue beyond a wall's thickness."""
    return lines.crossed_corners(face, WALL_FT / sheet.feet_per_pixel) > 0


def _parted(sheet: DrawnSheet, face: shapely.Polygon) -> Region:
    """Return a face as a region, with a confidence that depends on the openings in its edge."""
    doors = on_edge(face, sheet.door_openings)
    walls = on_edge(face, sheet.wall_openings)
    if walls:
        return Region(
            face, _BY_WALLS, f"drawn as lines with openings of {widths_of(walls)} without a door"
        )
    if doors:
        count = len({round(each.line.centroid.x / 20) for each in doors})
        many = _MANY_DOORS if len(doors) > _MANY else 1.0
        shut = "a door shut" if count == 1 else "the doors shut"
        says = f"drawn as lines, with {shut}"
        return Region(face, _BY_DOORS * many, says, parted=True)
    return Region(face, _PARTED, "drawn as lines that meet", parted=True)
