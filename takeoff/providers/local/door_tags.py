"""Counts doors by their tags."""

from __future__ import annotations

from takeoff.providers.local.drawn_sheet import DrawnSheet, centre_of, point_shape
from takeoff.providers.local.vocabulary import DOOR_TAG
from takeoff.providers.provider import Element

# In heights of a label: the maximum size of the tag around it.
_TAG = 8.0
_BY_TAG = 0.9


def count_door_tags(sheet: DrawnSheet) -> list[Element]:
    """Return the doors by their tags: a room number with a letter, in a small outline."""
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
