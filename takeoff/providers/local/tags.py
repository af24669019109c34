"""Counts by tags that state a quantity: `27 ARONIA`, `(9) BIKE STALLS`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from takeoff.providers.local.drawn_sheet import DrawnSheet, centre_of, point_shape
from takeoff.providers.local.labels import Label
from takeoff.providers.local.leaders import tips_of
from takeoff.providers.local.outlines import Outline
from takeoff.providers.local.schedules import Scheduled
from takeoff.providers.local.stated import count_in, states_no_total
from takeoff.providers.provider import Element, Withheld

_BY_TAG, _AS_DRAWN, _AS_LISTED = 0.9, 0.95, 0.97
# A larger number is a code, not a quantity.
_MOST: Final = 2000
# In heights of the tag: maximum distance of the counted symbols from it or its leader's tip.
_REACH: Final = 2.5
_LARGEST_FT: Final = 40.0
# Distance between a tag's elements, in pixels, and their layout if no symbols are drawn.
_APART_PX: Final = 4.0


def count_tagged(
    sheet: DrawnSheet, labels: Sequence[Label], listed: Scheduled | None
) -> tuple[list[Element], list[Withheld]] | None:
    """Return as many elements as the tags state in total; None if no label states a number.

    A tag's elements are placed at the symbols beside it if exactly as many of one form are drawn,
    otherwise at the tag. Nothing is claimed if some labels state no number, or if a list has a
    different sum.
    """
    numbers = {id(label): count_in(label.text) for label in labels}
    tags = [label for label in labels if numbers[id(label)] is not None]
    each = [label for label in labels if states_no_total(label.text)]
    if not tags and not each:
        return None
    total = sum(number or 0 for number in numbers.values())
    reason = _against(labels, tags, total, listed)
    if reason is not None:
        return [], [Withheld(reason, label.text, label.middle) for label in labels]
    elements: list[Element] = []
    for label in tags:
        elements += _of_tag(sheet, label, numbers[id(label)] or 0, listed)
    return elements, []


def _against(
    labels: Sequence[Label], tags: Sequence[Label], total: int, listed: Scheduled | None
) -> str | None:
    if listed is not None and listed.count != total:
        return f"The tags state {total}, and the list on the sheet {listed.count}."
    if listed is None and len(tags) < len(labels):
        return (
            f"Tags state {total} together, and {len(labels) - len(tags)} more texts name it "
            "without a number."
        )
    if total > _MOST:
        return f"It states {total:,}, which is more than a tag counts."
    return None


def _of_tag(
    sheet: DrawnSheet, label: Label, number: int, listed: Scheduled | None
) -> Iterator[Element]:
    drawn = _drawn_beside(sheet, label, number)
    sure = _AS_DRAWN if drawn else _BY_TAG
    says = f'One of the {number} that the tag "{label.text}" states'
    if drawn:
        says += ", and as many are drawn there"
    if listed is not None:
        sure = _AS_LISTED
        says += f"; the list on the sheet has {listed.count} too"
    places = [centre_of(each) for each in drawn] if drawn else list(_laid_out(label, number))
    for place in places:
        yield Element(point_shape(*place), sure, f"{says}.", label.text)


def _drawn_beside(sheet: DrawnSheet, label: Label, number: int) -> list[Outline]:
    """Return the symbols at a tag if exactly as many of one form are drawn as it states."""
    largest = _LARGEST_FT / sheet.feet_per_pixel
    at = [label.box, *((x, y, x, y) for x, y in tips_of(label, sheet.leaders))]
    near = [
        outline
        for box in at
        for outline in sheet.outlines.near(box, _REACH * label.height)
        if max(outline.size) < largest and not outline.dashed
    ]
    for first in near:
        group = _row_of(first, sheet.outlines.alike(first))
        if len(group) == number:
            return group
    return []


def _row_of(first: Outline, alike: Sequence[Outline]) -> list[Outline]:
    """Return the cluster of outlines of one form, each at most a width from the next."""
    found, at = [first], 0
    while at < len(found):
        reach = max(found[at].size)
        found += [
            other
            for other in alike
            if not any(other is each for each in found)
            and other.polygon.distance(found[at].polygon) < reach
        ]
        at += 1
    return found


def _laid_out(label: Label, number: int) -> Iterator[tuple[float, float]]:
    """Yield places in rows beneath a tag's first letter."""
    left, top, right, _ = label.box
    across = max(1, math.floor(max(right - left, _APART_PX) / _APART_PX))
    for at in range(number):
        yield left + _APART_PX * (at % across), top + _APART_PX * (at // across)
