"""Whether a label names what is around it, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label
from takeoff.providers.local.matching import Match
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.vocabulary import (
    MATERIALS,
    NOUNS,
    area_sf_in,
    head,
    is_dimension,
    place_number,
    terms,
)
from takeoff.providers.provider import Subject, Withheld
from takeoff.terms import Unit

# A text with one of these tells a measure of a thing, or is about a part of it.
_MEASURES = frozenset({"DEPTH", "ELEVATION", "HEIGHT", "LENGTH", "THICKNESS", "WIDTH"})
_PARTS = frozenset({"ALIGN", "BOTTOM", "CENTERLINE", "EDGE", "FACE", "THICKEN", "THICKENED", "TOP"})
_NOTE = "It tells a measure or is about a part; it does not name the thing."
_PART_OF_NAME = "It names something else, of which this is a part of the name."
_OF_SHEET = 0.6
# By how much an outline may differ from the area that its label states.
_STATED_AREA = 0.1
# A frame around a label is no element: it is hardly larger than the text.
_FRAME_AREAS, _FRAME_HEIGHTS = 6.0, 2.5
# What lies beneath something else is drawn dashed.
_BENEATH = frozenset({"FOOTING", "PIT", "PIER", "PAD"})
_ACROSS_EDGE = 0.6


@dataclass(frozen=True)
class Claim:
    """How surely (a factor of 0 to 1) a label names an outline; ``but`` says what speaks against
    it, empty for nothing.
    """

    sure: float
    but: str


def without_notes(found: Sequence[Match], subject: Subject) -> tuple[list[Match], list[Withheld]]:
    """Leave out texts that do not name the subject, with the reason: they tell a measure of it or
    are about a part, as FOOTING WIDTH, ALIGN TOP OF WALL or 0' - 4" SLAB R.B., or name something
    else, as GARAGE DOOR does where a garage is looked for. A condition may be about a part.
    """
    kept: list[Match] = []
    withheld: list[Withheld] = []
    for match in found:
        label = match.label
        # What is listed claims no outline anyway, and is told of as such.
        reason = None if label.listed else _no_name(label.text, subject)
        if reason is None:
            kept.append(match)
        else:
            withheld.append(Withheld(reason, label.text, label.middle))
    return kept, withheld


def _no_name(text: str, subject: Subject) -> str | None:
    wanted = terms(subject.name)
    if terms(text) & (_MEASURES | (_PARTS - wanted)) or is_dimension(text):
        return _NOTE
    if not wanted & (NOUNS | MATERIALS) and head(text) in NOUNS - wanted:
        return _PART_OF_NAME
    return None


def around(sheet: DrawnSheet, label: Label) -> Outline | str:
    """Return the smallest outline around the label that can be what it names, or why none is."""
    outer = [
        outline for outline in sheet.outlines.around(*label.middle) if not _frames(outline, label)
    ]
    parts = [each for each in outer if each.polygon.area < _OF_SHEET * sheet.area_px]
    if not parts:
        for hatched in sheet.outlines.hatched_around(*label.middle):
            if not _frames(hatched, label):
                return hatched
        return (
            "Only the border of the sheet is around it."
            if outer
            else "No closed outline is around it."
        )
    if not terms(label.text) & _BENEATH:
        return next((each for each in parts if not each.dashed), parts[0])
    return parts[0]


def claim_on(sheet: DrawnSheet, label: Label, outline: Outline) -> Claim:
    """Return how surely ``label`` names ``outline``: less if it runs across the outline's edge,
    and for each other kind of thing that is named in the same outline, since one outline is one
    thing.
    """
    sure, against = 1.0, ""
    if not outline.polygon.covers(shapely.box(*label.box)):
        sure, against = _ACROSS_EDGE, " The label runs across its edge."
    rivals = {
        nouns: other.text
        for other in sheet.labels
        if not other.listed
        and (nouns := terms(other.text) & NOUNS)
        and not nouns & terms(label.text)
        and around(sheet, other) is outline
    }
    if rivals:
        sure /= 1 + len(rivals)
        named = ", ".join(f'"{text[:40]}"' for text in sorted(rivals.values())[:3])
        against += f" It also holds {named}."
    return Claim(sure, against)


def against(sheet: DrawnSheet, label: Label, outline: Outline, unit: Unit) -> str | None:
    """Return why the outline around a label cannot be what it names: the label states another
    area, other rooms are numbered in there too, or it is a hatching that ends beneath the label.
    None if nothing is against it.
    """
    stated = area_sf_in(label.text)
    area = outline.polygon.area * sheet.feet_per_pixel**2
    if unit is Unit.SF and stated and abs(area / stated - 1) > _STATED_AREA:
        return f"It says {stated:,.0f} SF, and the outline around it has {area:,.0f} SF."
    if outline.hatched and not outline.polygon.covers(shapely.box(*label.box)):
        return "The hatching around it ends beneath it."
    number = place_number(label.text)
    others = {
        other.text
        for other in sheet.labels
        if number is not None
        and not other.listed
        and place_number(other.text) not in (None, number)
        and around(sheet, other) is outline
    }
    if others:
        named = ", ".join(f'"{text[:40]}"' for text in sorted(others)[:3])
        return f"The outline around it also holds {named}."
    return None


def _frames(outline: Outline, label: Label) -> bool:
    left, top, right, bottom = label.box
    text_area = max((right - left) * (bottom - top), 1.0)
    return outline.polygon.area < _FRAME_AREAS * text_area or (
        min(outline.size) < _FRAME_HEIGHTS * label.height
    )
