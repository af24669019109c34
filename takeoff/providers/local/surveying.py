"""Finds everything measurable that a sheet's labels name."""

from __future__ import annotations

import re
from collections import Counter

from takeoff.providers.local.areas import find_outlined
from takeoff.providers.local.counting import find_counted
from takeoff.providers.local.door_tags import count_door_tags
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.labels import Label
from takeoff.providers.local.vocabulary import spelled, terms, thickness_in
from takeoff.providers.provider import ElementType, Subject, Withheld
from takeoff.terms import MeasurementType, Unit

# Marks of structural drawings: the letters tell the element and its measurement. They only count if
# the sheet also has the word: on a finish plan, P-1 is a paint.
_MARKED = (
    (re.compile(r"[CW]F-?\d{1,2}"), "Strip footing", MeasurementType.LINEAR, Unit.LF),
    (re.compile(r"F-?\d{1,2}"), "Pad footing", MeasurementType.COUNT, Unit.EA),
    (re.compile(r"P-?\d{1,2}"), "Pier", MeasurementType.COUNT, Unit.EA),
)


def survey_of(sheet: DrawnSheet) -> tuple[list[ElementType], list[Withheld]]:
    """Return the kinds of elements that the sheet names, each found like a condition."""
    types: list[ElementType] = []
    withheld: list[Withheld] = []
    for subject, labels in _slabs(sheet):
        # Only the labels with this thickness: a sheet may have slabs of several.
        elements, left = find_outlined(sheet, subject, labels)
        withheld += left
        if elements:
            types.append(ElementType(subject, tuple(elements)))
    for subject in _marked(sheet):
        find = find_counted if subject.unit is Unit.EA else find_outlined
        elements, left = find(sheet, subject)
        withheld += left
        if elements:
            types.append(ElementType(subject, tuple(elements)))
    doors = count_door_tags(sheet)
    if doors:
        types.append(ElementType(Subject("Doors", MeasurementType.COUNT, Unit.EA), tuple(doors)))
    return types, withheld


def _slabs(sheet: DrawnSheet) -> list[tuple[Subject, tuple[Label, ...]]]:
    """Return each kind of slab with its labels, as a volume if its thickness is stated."""
    found: dict[Subject, list[Label]] = {}
    for label in sheet.labels:
        if label.listed or "SLAB" not in terms(label.text):
            continue
        kind = "Slab on grade" if "SLAB ON GRADE" in spelled(label.text) else "Slab"
        depth = thickness_in(label.text)
        if depth is None:
            subject = Subject(kind, MeasurementType.AREA, Unit.SF)
        else:
            name = f"{kind}, {depth:g} in"
            subject = Subject(name, MeasurementType.VOLUME, Unit.CY, depth)
        found.setdefault(subject, []).append(label)
    return [(subject, tuple(labels)) for subject, labels in found.items()]


def _marked(sheet: DrawnSheet) -> list[Subject]:
    texts = Counter(label.text.strip().upper() for label in sheet.labels if not label.listed)
    words = frozenset[str]().union(*(terms(label.text) for label in sheet.labels))
    return [
        Subject(f"{kind} {text}", measurement_type, unit)
        for text in sorted(texts)
        for pattern, kind, measurement_type, unit in _MARKED
        if pattern.fullmatch(text) and kind.split()[-1].upper() in words
    ]
