"""Areas, volumes and lengths around: the outline or the band that a label names."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from takeoff.providers.local.bands import Band, band_at
from takeoff.providers.local.claims import against, around, claim_on, without_notes
from takeoff.providers.local.drawn_sheet import DrawnSheet, polygon_shape
from takeoff.providers.local.labels import Label
from takeoff.providers.local.matching import Match, matches
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.vocabulary import terms, thickness_in
from takeoff.providers.provider import Element, Subject, Withheld
from takeoff.terms import Unit

_JOINED, _DASHED, _BY_FILL, _BY_HATCH = 0.9, 0.9, 0.85, 0.6
# Wider than any wall or strip footing: two outlines around a room, say.
_WIDEST_BAND_FT = 8.0
_SWATCH_REACH, _SWATCH_HEIGHTS, _SWATCH_TIMES = 4.0, 4.0, 4.0
_NEAR_WHITE = 250


def find_outlined(
    sheet: DrawnSheet, subject: Subject, labels: Sequence[Label] | None = None
) -> tuple[list[Element], list[Withheld]]:
    """Return what the sheet outlines of a subject measured in SF, CY or LF, each outline once;
    where ``labels`` are given, only what these name.
    """
    elements: list[Element] = []
    withheld: list[Withheld] = []
    taken: list[shapely.Polygon] = []
    named, notes = without_notes(
        matches(subject.name, sheet.labels if labels is None else labels), subject
    )
    found_labels, others = _of_depth(named, subject)
    withheld += notes + others
    for match in found_labels:
        label = match.label
        if label.listed:
            filled = _of_legend(sheet, match) if label.legend else []
            fresh = [each for each in filled if not _known(each.polygon, taken)]
            taken += [each.polygon for each in fresh]
            elements += [_filled_element(each, match) for each in fresh]
            if not filled:
                reason = "It stands in notes, a legend or a table, not at something drawn."
                withheld.append(Withheld(reason, label.text, label.middle))
            continue
        band = None if "SLAB" in terms(label.text) else _band(sheet, label)
        if band is not None:
            polygon = band.middle if subject.unit is Unit.LF else band.area
            found = (polygon, match.sure * _DASHED, _says_band(band, match, sheet))
        else:
            outline = around(sheet, label)
            if isinstance(outline, str):
                withheld.append(Withheld(outline, label.text, label.middle))
                continue
            reason = against(sheet, label, outline, subject.unit)
            if reason is not None:
                withheld.append(Withheld(reason, label.text, label.middle))
                continue
            claim = claim_on(sheet, label, outline)
            sure = match.sure * claim.sure * _how_sure(outline)
            found = (outline.polygon, sure, _says(outline, match, subject) + claim.but)
        if not _known(found[0], taken):
            taken.append(found[0])
            shape = polygon_shape(found[0])
            elements.append(Element(shape, round(found[1], 3), found[2], label.text))
    return elements, withheld


def _of_depth(found: list[Match], subject: Subject) -> tuple[list[Match], list[Withheld]]:
    """Leave out labels that state another thickness, if there is one that states the depth."""
    stated = [thickness_in(match.label.text) for match in found]
    if subject.depth_in is None or subject.depth_in not in stated:
        return found, []
    kept = [each for each, inches in zip(found, stated, strict=True) if inches == subject.depth_in]
    return kept, [
        Withheld(f"It says {inches:g} in, which is another depth.", each.label.text,
                 each.label.middle)
        for each, inches in zip(found, stated, strict=True)
        if inches not in (None, subject.depth_in)
    ]  # fmt: skip


def _band(sheet: DrawnSheet, label: Label) -> Band | None:
    band = band_at(label.box, label.height, sheet.outlines)
    if band is None or not isinstance(band.middle, shapely.Polygon):
        return None
    if band.width_px * sheet.feet_per_pixel > _WIDEST_BAND_FT:
        return None
    return band


def _of_legend(sheet: DrawnSheet, match: Match) -> list[Outline]:
    """Return the regions that are filled like the swatch beside an entry of a legend."""
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


def _how_sure(outline: Outline) -> float:
    if outline.hatched:
        return _BY_HATCH
    return _JOINED if outline.joined else 1.0


def _says(outline: Outline, match: Match, subject: Subject) -> str:
    how = "lines that meet end to end" if outline.joined else "one closed path"
    said = f"The smallest outline around {match.why}, drawn as {how}."
    if outline.hatched:
        said = f"The hatching around {match.why}, which no line encloses: to some 5 %."
    stated = thickness_in(match.label.text)
    if stated is not None and subject.depth_in is not None and stated != subject.depth_in:
        said += f" The label says {stated:g} in, the condition {subject.depth_in:g} in."
    return said


def _says_band(band: Band, match: Match, sheet: DrawnSheet) -> str:
    inches = band.width_px * sheet.feet_per_pixel * 12
    return f"Two outlines {inches:.1f} in apart, at {match.why}."
