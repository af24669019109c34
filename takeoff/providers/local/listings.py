"""Finds the texts of a sheet that are in lists: notes, schedules, legends and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from takeoff.phrases import Box, Phrase

# In heights of the text.
_ROW_GAP, _ASIDE = 3.0, 4.0
LISTING = re.compile(
    r"\b(?:NOTES?|SCHEDULES?|LEGENDS?|ABBREVIATIONS?|INDEX|KEY|LISTS?|QUANTITIES|TABLE|SUMMARY"
    r"|TAKE-?OFF|KEYNOTES)\b:?$"
)
# Column headings of tables; two of them in one row make a table's head.
_COLUMN_HEADS = frozenset(
    {"AMOUNT", "ABBR", "BOTANICAL", "CODE", "COMMON", "COUNT", "DESCRIPTION", "ITEM", "KEY", "MARK"}
    | {"NAME", "NO", "NUMBER", "QTY", "QUANTITY", "QUANT", "REMARKS", "SIZE", "SPACING", "SYMBOL"}
    | {"TOTAL", "TYPE", "UNIT", "UNITS", "HEIGHT", "WIDTH", "REINFORCING", "NOTES", "COMMENTS"}
)
_MOST_HEAD_WORDS = 3
LEGEND = re.compile(r"\b(?:LEGENDS?|KEY)\b:?$")


def listings(phrases: Sequence[Phrase], headings: re.Pattern[str]) -> list[frozenset[int]]:
    """Return the lists under ``headings``, each down to a wide gap, as ids of phrases."""
    return [
        _beneath([phrase], phrases)
        for phrase in phrases
        if headings.search(phrase.text.upper()) and len(phrase.text.split()) <= 5
    ]


def tables(phrases: Sequence[Phrase]) -> list[frozenset[int]]:
    """Return the tables recognised by their column headings, as ids of phrases."""
    heads = [phrase for phrase in phrases if _is_column_head(phrase.text)]
    found: list[frozenset[int]] = []
    for first in heads:
        row = [each for each in heads if _same_row(first, each)]
        if len(row) >= 2 and row[0] is first:
            found.append(_beneath(row, phrases))
    return found


def _is_column_head(text: str) -> bool:
    words = re.findall(r"[A-Z]+", text.upper())
    return 0 < len(words) <= _MOST_HEAD_WORDS and not _COLUMN_HEADS.isdisjoint(words)


def _same_row(one: Phrase, other: Phrase) -> bool:
    middle = (other.reading[1] + other.reading[3]) / 2
    return one.turn == other.turn and one.reading[1] <= middle <= one.reading[3]


def _beneath(heads: Sequence[Phrase], phrases: Sequence[Phrase]) -> frozenset[int]:
    """Return headings and the phrases beneath them, up to a wide gap."""
    left, top, right, bottom = around_boxes([each.reading for each in heads])
    height = max(each.height for each in heads)
    reach = _ASIDE * height
    found = {id(each) for each in heads}
    turned = [each for each in phrases if each.turn == heads[0].turn]
    for phrase in sorted(turned, key=lambda each: each.reading[1]):
        box = phrase.reading
        beside = box[0] <= right + reach and box[2] >= left - reach
        if beside and top < box[1] and box[1] - bottom < _ROW_GAP * height:
            left, right = min(left, box[0]), max(right, box[2])
            bottom = max(bottom, box[3])
            found.add(id(phrase))
    return frozenset(found)


def around_boxes(boxes: Sequence[Box]) -> Box:
    """Return the box around boxes."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
