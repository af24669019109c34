"""Checks what a region contains: other names, outlines, and texts that state an area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import shapely

from takeoff.providers.local.claims import is_structural, named, rivals_of
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label, Standing
from takeoff.providers.local.names import is_name
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.region import Region, frames, sf_of
from takeoff.providers.local.stated import areas_sf_in, sides_sf_in
from takeoff.providers.local.vocabulary import terms

# Tolerance of an area against a stated area, and against the product of stated sides.
_STATED, _SIDES = 0.02, 0.15
_AGREED: Final = 1.02
# In shares of a region: above the first, outlines in it are reported; above the second, the region
# is withheld.
_SMALL, _LARGE = 0.02, 0.3
_HOLDS: Final = 0.85
_BENEATH = frozenset({"FOOTING", "PIT", "PIER", "PAD"})
# A wall, a curb or a beam is narrower than this, in feet.
_STRIPS = frozenset({"BEAM", "CURB", "WALL"})
_WIDEST_STRIP_FT: Final = 3.0


def weighed(sheet: DrawnSheet, label: Label, region: Region) -> Region | str:
    """Return a region, its confidence adjusted to its contents, or the reason to withhold it."""
    rivals = rivals_of(sheet, label, region.polygon)
    within = [each for each in _outlines_in(sheet, region.polygon) if not _holds(each, label)]
    apart = [rival for rival in rivals if any(_holds(each, rival) for each in within)]
    beside = [rival for rival in rivals if not any(rival is each for each in apart)]
    if beside:
        return f"The outline around it also holds {named(beside)}."
    strip = _too_wide(sheet, label, region)
    if strip is not None:
        return strip
    contradicted = _contradicted(sheet, label, region, within)
    if contradicted is not None:
        return contradicted
    holding = _with_outlines(sheet, label, region, within)
    if isinstance(holding, str) or not _agrees(sheet, label, holding, within):
        return holding
    return replace(holding, sure=_AGREED, says=f"{holding.says}; its label states the same area")


def _outlines_in(sheet: DrawnSheet, polygon: shapely.Polygon) -> list[Outline]:
    """Return the outermost solid outlines in a polygon that no text fills."""
    inner = [
        each
        for each in sheet.outlines.within(polygon)
        if not each.dashed and each.polygon.area < (1 - _SMALL) * polygon.area
    ]
    return [each for each in inner if not _is_tag(sheet, each)]


def _is_tag(sheet: DrawnSheet, outline: Outline) -> bool:
    return any(
        frames(outline.polygon, label)
        for label in sheet.labels
        if outline.polygon.contains(shapely.Point(label.middle))
    )


def _holds(outline: Outline, label: Label) -> bool:
    return outline.polygon.contains(shapely.Point(label.middle))


def _too_wide(sheet: DrawnSheet, label: Label, region: Region) -> str | None:
    things = terms(label.text) & _STRIPS
    if not things:
        return None
    wide = 2 * region.polygon.area / region.polygon.exterior.length * sheet.feet_per_pixel
    if wide <= _WIDEST_STRIP_FT:
        return None
    return f"What is around it is some {wide:.0f} ft wide, and no {min(things).lower()}."


def _with_outlines(
    sheet: DrawnSheet, label: Label, region: Region, within: list[Outline]
) -> Region | str:
    """Return a region with lower confidence for the outlines in it, which are not subtracted from
    its area.
    """
    if not within:
        return region
    names = [
        other
        for other in sheet.labels
        if other.standing is Standing.DRAWN
        and other is not label
        and is_name(other.text)
        and not terms(other.text) & _BENEATH
    ]
    held = [each for each in within if any(_holds(each, name) for name in names)]
    share = shapely.union_all([each.polygon for each in within]).area / region.polygon.area
    if held:
        of_names = shapely.union_all([each.polygon for each in held])
        if of_names.area > _SMALL * region.polygon.area:
            told = named(name for name in names if any(_holds(each, name) for each in held))
            return (
                f"Outlines in it of {sf_of(sheet, of_names):,.0f} SF hold {told}: it is unclear "
                "whether they belong to it."
            )
    if share > _LARGE:
        return (
            f"Outlines in it cover {share:.0%} of its {sf_of(sheet, region.polygon):,.0f} SF: it "
            "is unclear whether they belong to it."
        )
    if share > _SMALL:
        says = f"{region.says}, with outlines in it of {share:.0%} that are counted in"
        return replace(region, sure=region.sure * _HOLDS, says=says)
    return region


def _contradicted(
    sheet: DrawnSheet, label: Label, region: Region, within: list[Outline]
) -> str | None:
    area = sf_of(sheet, region.polygon)
    stated = list(_stated(sheet, label, region, within))
    if stated and not any(abs(area / each - 1) <= _STATED for each in stated):
        return f"It says {stated[0]:,.0f} SF, and the outline around it has {area:,.0f} SF."
    sides = sides_sf_in(label.text)
    if sides is not None and abs(area / sides - 1) > _SIDES:
        return (
            f"The sides that it states make {sides:,.0f} SF, and the outline around it has "
            f"{area:,.0f} SF."
        )
    return None


def _agrees(sheet: DrawnSheet, label: Label, region: Region, within: list[Outline]) -> bool:
    area = sf_of(sheet, region.polygon)
    return any(abs(area / each - 1) <= _STATED for each in _stated(sheet, label, region, within))


def _stated(
    sheet: DrawnSheet, label: Label, region: Region, within: list[Outline]
) -> Iterator[float]:
    """Yield the areas that a label states, or that texts in its region consist of."""
    own = areas_sf_in(label.text)
    if own or is_structural(label):
        yield from own
        return
    for other in sheet.labels:
        if (
            other.standing is Standing.DRAWN
            and not is_name(other.text)
            and region.polygon.contains(shapely.Point(other.middle))
            and not any(_holds(each, other) for each in within)
        ):
            yield from areas_sf_in(other.text)
