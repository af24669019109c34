"""Counting: tags, labels, and symbols of one form."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from takeoff.providers.local.claims import without_notes
from takeoff.providers.local.drawn_sheet import DrawnSheet, centre_of, point_shape
from takeoff.providers.local.labels import Label
from takeoff.providers.local.matching import matches
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.vocabulary import DOOR_TAG, terms
from takeoff.providers.provider import Element, Subject, Withheld

# In heights of a label: how near its symbol is, and how large a tag around it may be.
_REACH, _TAG = 2.5, 8.0
_LARGEST_FT, _COLUMN_FT = 12.0, (0.25, 4.0)
_DARK = 60
# In sizes of a column: how near its middle the lines of a grid cross, and how long these are.
_MIDDLE, _GRID = 0.25, 10.0
# The least sine between lines of a grid.
_CROSSING = 0.9
# A column fills most of its box; the heads of arrows, which point at crossings, do not.
_FULL = 0.75
_BY_SYMBOL, _BY_LABEL, _BY_TAG, _BY_FILL = 0.95, 0.85, 0.9, 0.6


def find_counted(sheet: DrawnSheet, subject: Subject) -> tuple[list[Element], list[Withheld]]:
    """Return each one that the sheet draws of a subject measured in EA."""
    found, notes = without_notes(matches(subject.name, sheet.labels), subject)
    placed = [match.label for match in found if not match.label.listed]
    listed = [match.label for match in found if match.label.listed]
    withheld = notes + [
        Withheld("It stands in notes, a legend or a table, not at something drawn.", label.text,
                 label.middle)
        for label in listed
    ]  # fmt: skip
    nouns = terms(subject.name)
    if "DOOR" in nouns:
        tagged = count_door_tags(sheet)
        if tagged:
            return tagged, withheld
    if placed:
        elements, odd = _at_labels(sheet, placed)
        return elements, withheld + odd
    if "COLUMN" in nouns:
        return _solid_columns(sheet), withheld
    return [], withheld


def count_door_tags(sheet: DrawnSheet) -> list[Element]:
    """Return the doors by their tags: a room's number with a letter, in a small outline."""
    found: list[Element] = []
    for label in sheet.labels:
        text = label.text.strip().upper()
        if label.listed or DOOR_TAG.fullmatch(text) is None:
            continue
        tags = [
            outline
            for outline in sheet.outlines.around(*label.middle)
            if max(outline.size) < _TAG * label.height
        ]
        if tags:
            at = centre_of(tags[0])
            found.append(Element(point_shape(*at), _BY_TAG, f'The door tag "{text}".', text))
    return found


def _at_labels(sheet: DrawnSheet, labels: Sequence[Label]) -> tuple[list[Element], list[Withheld]]:
    """Count labels, each at its symbol where they all have one of the same form."""
    symbols = [_symbol(sheet, label) for label in labels]
    drawn = [symbol for symbol in symbols if symbol is not None]
    forms = _alike(sheet, drawn[0]) if drawn else []
    at_symbols = len(drawn) == len(labels) == len(set(map(id, drawn))) and all(
        any(symbol is other for other in forms) for symbol in drawn
    )
    if not at_symbols:
        return [
            Element(point_shape(*label.middle), _BY_LABEL, f'The label "{label.text}".', label.text)
            for label in labels
        ], []
    text = labels[0].text
    if any("TYP" in label.text.upper() for label in labels):
        return [
            Element(point_shape(*centre_of(each)), _BY_LABEL, f'Drawn like the "{text}".', text)
            for each in forms
        ], []
    elements = [
        Element(point_shape(*centre_of(symbol)), _BY_SYMBOL, f'The symbol at "{label.text}".',
                label.text)
        for label, symbol in zip(labels, drawn, strict=True)
    ]  # fmt: skip
    unmarked = [each for each in forms if not any(each is symbol for symbol in drawn)]
    return elements, [
        Withheld(f'It is drawn like those marked "{text}" and carries no mark.', None,
                 centre_of(each))
        for each in unmarked
    ]  # fmt: skip


def _symbol(sheet: DrawnSheet, label: Label) -> Outline | None:
    """Return the nearest outline beside a label that is no larger than a thing to be counted."""
    largest = _LARGEST_FT / sheet.feet_per_pixel
    beside = sheet.outlines.near(label.box, _REACH * label.height)
    return next((each for each in beside if max(each.size) < largest), None)


def _alike(sheet: DrawnSheet, symbol: Outline) -> list[Outline]:
    return sheet.outlines.alike(symbol)


def _solid_columns(sheet: DrawnSheet) -> list[Element]:
    """Return the black shapes of one size where lines of a grid cross, as plans draw columns; at
    least two of them. Elsewhere they are parts of symbols: of level marks, arrows, scale bars.
    """
    groups: list[list[Outline]] = []
    for outline in _solid(sheet):
        if not _on_grid(sheet, outline):
            continue
        group = next((each for each in groups if outline in sheet.outlines.alike(each[0])), None)
        if group is None:
            groups.append([outline])
        else:
            group.append(outline)
    largest = max(groups, key=len, default=[])
    if len(largest) < 2:
        return []
    return [
        Element(point_shape(*centre_of(each)), _BY_FILL,
                f"One of {len(largest)} solid shapes of one size where lines of a grid cross.")
        for each in largest
    ]  # fmt: skip


def _on_grid(sheet: DrawnSheet, outline: Outline) -> bool:
    """Tell whether two long lines cross in the middle of an outline."""
    size = max(outline.size)
    turns = sheet.outlines.lines_through(*centre_of(outline), _MIDDLE * size, _GRID * size)
    return any(abs(math.sin(one - other)) > _CROSSING for one in turns for other in turns)


def _solid(sheet: DrawnSheet) -> Iterable[Outline]:
    least, most = (feet / sheet.feet_per_pixel for feet in _COLUMN_FT)
    for outline in sheet.outlines.all:
        dark = outline.fill is not None and max(outline.fill) <= _DARK
        full = outline.polygon.area >= _FULL * outline.size[0] * outline.size[1]
        if dark and full and least <= min(outline.size) and max(outline.size) <= most:
            yield outline
