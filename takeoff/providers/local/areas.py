"""Finds areas, volumes and perimeters: the outline or the band that a label names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import shapely

from takeoff.providers.local.bands import Band, band_at
from takeoff.providers.local.claims import without_listed, without_notes
from takeoff.providers.local.contents import weighed
from takeoff.providers.local.drawn_sheet import DrawnSheet, polygon_shape
from takeoff.providers.local.labels import Label
from takeoff.providers.local.leaders import tips_of
from takeoff.providers.local.matching import Match, matches
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.region import Region
from takeoff.providers.local.regions import region_at
from takeoff.providers.local.vocabulary import STRIP_MARK, terms, thickness_in
from takeoff.providers.provider import Element, Subject, Withheld
from takeoff.terms import Unit

_BY_BAND, _BY_FILL = 0.9, 0.85
# The highest confidence.
_MOST_SURE = 0.98
# Wider than any wall or strip footing; such a pair may be two outlines around a room.
_WIDEST_BAND_FT = 8.0
_STRIPS = frozenset({"BEAM", "CURB", "FOOTING", "FOUNDATION", "TRENCH", "WALL"})
_SWATCH_REACH, _SWATCH_HEIGHTS, _SWATCH_TIMES = 4.0, 4.0, 4.0
_NEAR_WHITE = 250


def find_outlined(
    sheet: DrawnSheet, subject: Subject, labels: Sequence[Label] | None = None
) -> tuple[list[Element], list[Withheld]]:
    """Return the outlines of a subject measured in SF, CY or LF, each once; with ``labels``, only
    those that these name.
    """
    elements: list[Element] = []
    taken: list[shapely.Polygon] = []
    named, withheld = without_notes(
        matches(subject.name, sheet.labels if labels is None else labels), subject
    )
    of_depth, others = _of_depth(named, subject)
    entries = [match for match in of_depth if match.label.legend]
    filled = [(match, each) for match in entries for each in _of_legend(sheet, match)]
    for match, outline in filled:
        if not _known(outline.polygon, taken):
            taken.append(outline.polygon)
            elements.append(_filled_element(outline, match))
    shown = [match.label for match, _ in filled]
    drawn, listed = without_listed(
        [match for match in of_depth if not any(match.label is label for label in shown)]
    )
    withheld += others + listed
    for match in drawn:
        found = _named_by(sheet, match, subject)
        if isinstance(found, str):
            withheld.append(Withheld(found, match.label.text, match.label.middle))
        elif not _known(found.polygon, taken):
            taken.append(found.polygon)
            sure = min(match.sure * found.sure, _MOST_SURE)
            shape = polygon_shape(found.polygon)
            elements.append(Element(shape, round(sure, 3), found.says, match.label.text))
    return elements, withheld


def _named_by(sheet: DrawnSheet, match: Match, subject: Subject) -> Region | str:
    """Return what one label names, or why that is unclear."""
    label = match.label
    band = _band(sheet, label)
    if band is not None:
        polygon = band.middle if subject.unit is Unit.LF else band.area
        return Region(polygon, _BY_BAND, _says_band(band, match, sheet))
    region = region_at(sheet, label)
    if isinstance(region, str):
        return region
    tips = [shapely.Point(tip) for tip in tips_of(label, sheet.leaders)]
    face = sheet.shut.face(*label.middle) or region.polygon
    if not all(region.polygon.contains(tip) and face.contains(tip) for tip in tips):
        return "A leader points from it to something outside the outline around it."
    found = weighed(sheet, label, region)
    return found if isinstance(found, str) else replace(found, says=_says(found, match, subject))


def _of_depth(found: list[Match], subject: Subject) -> tuple[list[Match], list[Withheld]]:
    """Leave out labels that state another thickness, if one states the subject's depth."""
    stated = [thickness_in(match.label.text) for match in found]
    if subject.depth_in is None or subject.depth_in not in stated:
        return found, []
    kept = [each for each, inches in zip(found, stated, strict=True) if inches == subject.depth_in]
    return kept, [
        Withheld(f"It says {inches:g} in, which is a different depth.", each.label.text,
                 each.label.middle)
        for each, inches in zip(found, stated, strict=True)
        if inches not in (None, subject.depth_in)
    ]  # fmt: skip


def _band(sheet: DrawnSheet, label: Label) -> Band | None:
    """Return the strip that a label names: the label is between its two outlines, or beside them if
    its name is usually drawn as a strip.
    """
    if "SLAB" in terms(label.text):
        return None
    band = band_at(label.box, label.height, sheet.outlines)
    if band is None or not isinstance(band.middle, shapely.Polygon):
        return None
    if band.width_px * sheet.feet_per_pixel > _WIDEST_BAND_FT:
        return None
    if sheet.border.is_around_sheet(band.outer.polygon):
        return None
    stands_in_it = band.area.contains(shapely.Point(label.middle))
    is_strip = bool(terms(label.text) & _STRIPS) or STRIP_MARK.fullmatch(label.text.strip().upper())
    return band if stands_in_it or is_strip else None


def _of_legend(sheet: DrawnSheet, match: Match) -> list[Outline]:
    """Return the regions filled like the swatch beside a legend entry."""
    label = match.label
    swatches = [
        each
        for each in sheet.outlines.near(label.box, _SWATCH_REACH * label.height)
        if _coloured(each)
        and _is_box(each)
        and each.size[1] < _SWATCH_HEIGHTS * label.height
        and each.box[1] < label.middle[1] < each.box[3]
    ]
    if not swatches:
        return []
    swatch = swatches[0]
    return [
        each
        for each in sheet.outlines.all
        if each.fill == swatch.fill and each.polygon.area > _SWATCH_TIMES * swatch.polygon.area
    ]


def _is_box(outline: Outline) -> bool:
    return outline.polygon.area > 0.99 * outline.size[0] * outline.size[1]


def _coloured(outline: Outline) -> bool:
    return outline.fill is not None and min(outline.fill) < _NEAR_WHITE


def _filled_element(outline: Outline, match: Match) -> Element:
    return Element(
        polygon_shape(outline.polygon),
        round(match.sure * _BY_FILL, 3),
        f"Filled like the legend's {match.why}.",
        match.label.text,
    )


def _known(polygon: shapely.Polygon, taken: list[shapely.Polygon]) -> bool:
    return any(polygon.equals(other) for other in taken)


def _says(region: Region, match: Match, subject: Subject) -> str:
    said = f"What is around {match.why}, {region.says}."
    if region.hatched:
        said = f"The hatching around {match.why}, which no line encloses: accurate to about 5 %."
    stated = thickness_in(match.label.text)
    if stated is not None and subject.depth_in is not None and stated != subject.depth_in:
        said += f" The label says {stated:g} in, the condition {subject.depth_in:g} in."
    return said


def _says_band(band: Band, match: Match, sheet: DrawnSheet) -> str:
    inches = band.width_px * sheet.feet_per_pixel * 12
    return f"Two outlines {inches:.1f} in apart, at {match.why}."
