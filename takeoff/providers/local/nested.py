"""Chooses among several nested outlines around a label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import shapely

from takeoff.providers.local.arrangement import face_among
from takeoff.providers.local.claims import rivals_of
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.region import (
    SAME,
    SAME_PX,
    WALL_FT,
    is_of_sheet,
    sf_of,
)
from takeoff.providers.local.vocabulary import NOUNS, terms

# Names of things that cover a whole floor: other things may be in them, so the smallest outline is
# not theirs.
_COVERS = frozenset({"SLAB", "PAVING", "TOPPING", "SIDEWALK", "WALK"})


def among(sheet: DrawnSheet, label: Label, outlines: Sequence[Outline]) -> Outline | str:
    """Return the smallest outline around a label, unless a larger one may be meant."""
    first = outlines[0]
    things = terms(label.text) & NOUNS
    if things and not things & _COVERS:
        return first
    for other in _larger(sheet, label, first, outlines[1:]):
        rest = other.difference(first.polygon)
        if rivals_of(sheet, label, rest):
            # The larger one contains other names too: it is a building or a floor.
            break
        return (
            f"Outlines of {sf_of(sheet, first.polygon):,.0f} SF and {sf_of(sheet, other):,.0f} SF "
            "are around it, and it is unclear which it names."
        )
    return first


def _larger(
    sheet: DrawnSheet, label: Label, first: Outline, others: Iterable[Outline]
) -> list[shapely.Polygon]:
    """Return the next outline around a label, beyond a wall around the first one."""
    wall = WALL_FT / sheet.feet_per_pixel
    found = [
        each.polygon for each in others if not _is_wall_around(first.polygon, each.polygon, wall)
    ]
    island = _around_island(sheet, label, first)
    if island is not None and not _is_wall_around(first.polygon, island, wall):
        found.insert(0, island)
    return found


def _is_wall_around(inner: shapely.Polygon, outer: shapely.Polygon, thickness: float) -> bool:
    return inner.buffer(thickness, join_style="mitre").covers(outer.buffer(-SAME_PX))


def _around_island(sheet: DrawnSheet, label: Label, outline: Outline) -> shapely.Polygon | None:
    """Return the face around an isolated outline, such as the room around a table."""
    edge = outline.polygon.exterior.buffer(2 * SAME_PX)
    touching = sheet.drawn.within(edge)
    if any(not edge.covers(line) for line in touching):
        return None
    own = {id(line) for line in touching}
    wall = WALL_FT / sheet.feet_per_pixel
    lines = [line for line in sheet.bridged.lines if id(line) not in own]
    # A second outline at a wall's distance belongs to the same room.
    twin = outline.polygon.buffer(wall, join_style="mitre").difference(outline.polygon)
    lines = [line for line in lines if not (line.is_ring and twin.covers(line))]
    face = face_among(lines, *label.middle)
    if face is None or is_of_sheet(sheet, face):
        return None
    return face if face.area > (1 + SAME) * outline.polygon.area else None
