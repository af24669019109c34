"""Finds what a person points at on a sheet: the room around a place, or all symbols like one.

Both need a person's review: a missing line changes the room, and symbols drawn alike may differ in
meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import shapely
from shapely import affinity

from takeoff.errors import TakeoffError
from takeoff.providers.local.drawn_sheet import (
    DrawnSheet,
    centre_of,
    point_shape,
    polygon_shape,
)
from takeoff.providers.local.labels import Label, Standing
from takeoff.providers.local.names import is_name
from takeoff.providers.local.openings import widths_of
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.region import SAME, is_of_sheet, on_edge, sf_of
from takeoff.providers.provider import Element

# Confidence that the lines around a place are a room, by what closes its openings.
_CLOSED, _BY_DOORS, _BY_WALLS, _BY_GAPS = 0.85, 0.8, 0.55, 0.4
# A smaller area is a threshold, a column or a symbol.
_LEAST_SF: Final = 5.0
_ALIKE: Final = 0.8
# Minimum overlap of two forms, in shares of their union.
_SAME_FORM: Final = 0.9
_REACH_PX, _LARGEST_FT = 6.0, 12.0
_QUARTERS: Final = (0, 90, 180, 270)


class NothingThere(TakeoffError):
    """Nothing is drawn around the place pointed at."""

    code = "nothing_there"


def fill_at(sheet: DrawnSheet, x: float, y: float) -> Element:
    """Return the room around a place in pixels of the page image. Tried in order of falling
    confidence: with doors closed, with walls continued across openings without a door, with gaps in
    single lines closed.

    Raises:
        NothingThere: no lines or only the sheet's border enclose the place, or the area is below 5
            SF, such as a threshold or a symbol.
    """
    ways = (
        (sheet.shut, sheet.door_openings, _BY_DOORS, "the doors shut"),
        (sheet.walled, sheet.wall_openings, _BY_WALLS, "openings between walls shut"),
        (sheet.bridged, sheet.gaps, _BY_GAPS, "gaps in lines shut"),
    )
    for arrangement, openings, sure, how in ways:
        face = arrangement.face(x, y)
        if face is None or is_of_sheet(sheet, face):
            continue
        if (area := sf_of(sheet, face)) < _LEAST_SF:
            raise NothingThere(
                f"The lines around this place enclose {area:.1f} SF, which is a threshold or a "
                "symbol. Click elsewhere in the room, or draw the outline."
            )
        used = on_edge(face, openings)
        says = "What the lines around the place enclose"
        says += f", with {how} ({widths_of(used)})." if used else "."
        names = _names_in(sheet, face)
        if len(names) > 1:
            says += f" It holds {len(names)} names."
        says += _of_outline(sheet, face, x, y)
        label = names[0].text if len(names) == 1 else None
        return Element(polygon_shape(face), sure if used else min(sure, _CLOSED), says, label)
    raise NothingThere(
        "No lines enclose this place, or only the border of the sheet does. Draw the outline."
    )


def alike_at(sheet: DrawnSheet, x: float, y: float) -> tuple[Element, ...]:
    """Return the centre of each symbol drawn like the one at a place: the same form, edge and fill,
    rotated by any right angle or mirrored. A symbol with a text only matches those with the same
    text.

    Raises:
        NothingThere: no closed outline of at most 12 ft is drawn there.
    """
    picked = _symbol_at(sheet, x, y)
    wanted = _texts_in(sheet, picked)
    forms = list(_turned(picked.polygon))
    found: list[Element] = []
    for each in sheet.outlines.alike(picked):
        same = max(_together(form, each.polygon) for form in forms)
        if same < _SAME_FORM or _texts_in(sheet, each) != wanted:
            continue
        wide, high = (round(side) for side in picked.size)
        says = f"Drawn like the symbol that was picked, of {wide} x {high} pixels."
        label = " ".join(wanted) or None
        found.append(Element(point_shape(*centre_of(each)), round(_ALIKE * same, 3), says, label))
    return tuple(found)


def _symbol_at(sheet: DrawnSheet, x: float, y: float) -> Outline:
    largest = _LARGEST_FT / sheet.feet_per_pixel
    there = [*sheet.outlines.around(x, y), *sheet.outlines.near((x, y, x, y), _REACH_PX)]
    for each in there:
        if max(each.size) <= largest:
            return each
    raise NothingThere(
        "No closed symbol is drawn here. Click inside of one, or count each by hand."
    )


def _turned(form: shapely.Polygon) -> Iterator[shapely.Polygon]:
    """Yield a form rotated by each right angle, and mirrored, with its centre at the origin."""
    middle = _centred(form)
    for mirrored in (middle, affinity.scale(middle, xfact=-1, origin=(0, 0))):
        for turn in _QUARTERS:
            yield affinity.rotate(mirrored, turn, origin=(0, 0))


def _together(form: shapely.Polygon, other: shapely.Polygon) -> float:
    """Return the overlap of two forms, in shares of their union."""
    placed = _centred(other)
    return float(form.intersection(placed).area / form.union(placed).area)


def _centred(form: shapely.Polygon) -> shapely.Polygon:
    left, top, right, bottom = form.bounds
    return affinity.translate(form, -(left + right) / 2, -(top + bottom) / 2)


def _texts_in(sheet: DrawnSheet, outline: Outline) -> tuple[str, ...]:
    inside = (
        label.text.strip().upper()
        for label in sheet.labels
        if outline.polygon.contains(shapely.Point(label.middle))
    )
    return tuple(sorted(inside))


def _names_in(sheet: DrawnSheet, face: shapely.Polygon) -> list[Label]:
    return [
        label
        for label in sheet.labels
        if label.standing is Standing.DRAWN
        and is_name(label.text)
        and face.contains(shapely.Point(label.middle))
    ]


def _of_outline(sheet: DrawnSheet, face: shapely.Polygon, x: float, y: float) -> str:
    """Return a note with the area of the closed outline around a place, if it differs."""
    around = [each for each in sheet.outlines.around(x, y) if not is_of_sheet(sheet, each.polygon)]
    if not around or abs(around[0].polygon.area / face.area - 1) <= SAME:
        return ""
    return f" The closed outline around it has {sf_of(sheet, around[0].polygon):,.0f} SF."
