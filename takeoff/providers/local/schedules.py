"""Reads the number of a thing from the lists of a sheet: plant lists, schedules, tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from takeoff.phrases import Phrase
from takeoff.providers.local.stated import count_in

_NUMBER: Final = re.compile(r"(\d{1,4})(?:\s*(?:EA\.?|NO\.?|PCS?\.?))?")
_QUANTITY_HEAD: Final = re.compile(r"\b(?:QTY|QUANT|QUANTITY|COUNT|TOTAL|AMOUNT|NO\. REQ'?D)\b")


@dataclass(frozen=True)
class Scheduled:
    """The sum that ``rows`` of lists state for a thing."""

    count: int
    rows: tuple[str, ...]


def scheduled(
    names: Callable[[str], bool], listed: Sequence[Phrase], phrases: Sequence[Phrase]
) -> Scheduled | None:
    """Return the number that the sheet's lists state for the thing that ``names`` recognises.

    A row counts if it has a number beneath a quantity heading, or a single number. None if no row
    counts, or if a row names the thing without a number.

    Args:
        listed: the phrases that stand in lists.
        phrases: all of the sheet.
    """
    rows = [each for each in listed if names(each.text) and count_in(each.text) is None]
    if not rows:
        return None
    total = 0
    told: list[str] = []
    for name in rows:
        number = _number_in_row(name, phrases)
        if number is None:
            return None
        total += number
        told.append(f"{name.text} {number}")
    return Scheduled(total, tuple(told))


def _number_in_row(name: Phrase, phrases: Sequence[Phrase]) -> int | None:
    row = [
        (each, int(found[1]))
        for each in phrases
        if each is not name
        and _beside(name, each)
        and (found := _NUMBER.fullmatch(each.text.strip().upper()))
    ]
    headed = [each for each in row if _has_quantity_head(each[0], phrases)]
    if headed:
        # Another list may be beside this one.
        return min(headed, key=lambda each: _apart(name, each[0]))[1]
    return row[0][1] if len(row) == 1 else None


def _apart(name: Phrase, other: Phrase) -> float:
    """Return the distance between two phrases of one row, in pixels."""
    return max(other.reading[0] - name.reading[2], name.reading[0] - other.reading[2])


def _beside(name: Phrase, other: Phrase) -> bool:
    middle = (other.reading[1] + other.reading[3]) / 2
    return name.turn == other.turn and name.reading[1] <= middle <= name.reading[3]


def _has_quantity_head(number: Phrase, phrases: Iterable[Phrase]) -> bool:
    """Tell whether the nearest quantity heading above is in the number's column."""
    return any(
        _QUANTITY_HEAD.search(each.text.upper())
        and each.turn == number.turn
        and each.reading[3] <= number.reading[1]
        and each.reading[0] - number.height <= number.reading[2]
        and number.reading[0] <= each.reading[2] + number.height
        for each in phrases
    )
