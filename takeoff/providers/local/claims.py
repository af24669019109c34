"""Decides whether a text names a condition's subject, and which other names share its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import shapely

from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label, Standing
from takeoff.providers.local.leaders import tips_of
from takeoff.providers.local.matching import Match
from takeoff.providers.local.names import is_name
from takeoff.providers.local.vocabulary import MATERIALS, NOUNS, head, is_dimension, terms
from takeoff.providers.provider import Subject, Withheld

# A text with one of these states a dimension of a thing, or is about a part of it.
MEASURES = frozenset({"DEPTH", "ELEVATION", "HEIGHT", "LENGTH", "THICKNESS", "WIDTH"})
_PARTS = frozenset({"ALIGN", "BOTTOM", "CENTERLINE", "EDGE", "FACE", "THICKEN", "THICKENED", "TOP"})
# Parts named after what they attach to: a BEAM HANGER is not a beam.
_FIXINGS = frozenset(
    {"ANCHOR", "ANGLE", "BASE", "BOLT", "BRACKET", "CAP", "CLIP", "CONNECTION", "CONNECTOR"}
    | {"FLASHING", "FRAME", "HANGER", "HARDWARE", "HEADER", "INSULATION", "JOINT", "LEDGER"}
    | {"LINTEL", "PLATE", "POCKET", "REINFORCING", "SEALANT", "SILL", "STIFFENER", "TIE", "TRIM"}
)
_NOTE = "It states a dimension or is about a part; it does not name the thing."
_PART_OF_NAME = "It names something else whose name contains this one."
# A text smaller than this share of a label's height is no rival of it.
_SMALLER = 0.7


def without_notes(found: Sequence[Match], subject: Subject) -> tuple[list[Match], list[Withheld]]:
    """Leave out texts that do not name the subject, with the reason: they state a dimension of it
    or are about a part (FOOTING WIDTH, ALIGN TOP OF WALL, 0' - 4" SLAB R.B.), or name something
    else (GARAGE DOOR for the subject garage). A condition may be about a part.
    """
    kept: list[Match] = []
    withheld: list[Withheld] = []
    for match in found:
        label = match.label
        # Listed texts claim no outline; without_listed reports them.
        reason = None if label.listed else _no_name(label.text, subject)
        if reason is None:
            kept.append(match)
        else:
            withheld.append(Withheld(reason, label.text, label.middle))
    return kept, withheld


def without_listed(found: Sequence[Match]) -> tuple[list[Match], list[Withheld]]:
    """Leave out texts that are not beside anything drawn, with where they are."""
    kept = [match for match in found if not match.label.listed]
    return kept, [
        Withheld(match.label.standing.value, match.label.text, match.label.middle)
        for match in found
        if match.label.listed
    ]


def _no_name(text: str, subject: Subject) -> str | None:
    wanted = terms(subject.name)
    if terms(text) & (MEASURES | (_PARTS - wanted)) or is_dimension(text):
        return _NOTE
    if not wanted & (NOUNS | MATERIALS) and head(text) in NOUNS - wanted:
        return _PART_OF_NAME
    if terms(text) & (_FIXINGS - wanted):
        return _PART_OF_NAME
    return None


def is_structural(label: Label) -> bool:
    """Tell whether a label names a building element rather than a place."""
    return not terms(label.text).isdisjoint(NOUNS | MATERIALS)


def rivals_of(sheet: DrawnSheet, label: Label, within: shapely.Geometry) -> list[Label]:
    """Return the labels in a region that name something of the same kind: other places if ``label``
    names a place, other things if it names a thing.
    """
    return [
        other
        for other in _names_in(sheet, within)
        if other is not label and other.text != "" and _is_rival(sheet, label, other)
    ]


def _is_rival(sheet: DrawnSheet, label: Label, other: Label) -> bool:
    if is_structural(label):
        nouns = terms(other.text) & NOUNS
        return bool(nouns) and not nouns & terms(label.text) and not terms(other.text) & MEASURES
    if is_structural(other) and head(other.text) in MATERIALS:
        return False
    return (
        is_name(other.text)
        and not terms(other.text) & {"SLAB", "FOOTING", "TOPPING"}
        and other.height >= _SMALLER * label.height
        and not tips_of(other, sheet.leaders)
    )


def _names_in(sheet: DrawnSheet, within: shapely.Geometry) -> Iterator[Label]:
    for other in sheet.labels:
        if other.standing is Standing.DRAWN and shapely.contains_xy(within, *other.middle):
            yield other


def named(labels: Iterable[Label]) -> str:
    """Return some of the texts, for use in a reason."""
    texts = sorted({label.text[:40] for label in labels})
    more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    return ", ".join(f'"{text}"' for text in texts[:3]) + more
