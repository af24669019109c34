"""Finds the sheet number: by its label, or else by its prominence at the right or the bottom.

A wrong sheet number is worse than none, because it files the sheet under another discipline.
Possible references to other sheets are therefore excluded.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from takeoff.phrases import Frame, Phrase, phrase_of
from takeoff.title_block.finding import Finding
from takeoff.title_block.number_context import (
    Label,
    is_callout,
    label_beside,
    label_on_line,
    sheet_number_labels,
)
from takeoff.title_block.numbering import SheetNumber, parse_sheet_number

# In shares of the sheet's sides: the strips searched, and the extent of the corner.
_STRIP, _CORNER = 0.2, 0.25
# Words of one number, e.g. "A" "-" "101", have equal sizes within this share.
_MAX_WORDS = 4
_SAME_SIZE = 0.05
# Two words without a dash are one number only if they touch; in heights of the text.
_TOUCHING = 0.3
# Minimum height of a number without a label, in heights of the sheet's usual text: in the corner,
# elsewhere in the strips, and beside a blank field. Texts of a series (marks, grids) have about
# equal heights.
_TALLER_IN_CORNER, _TALLER, _FAR_TALLER = 1.3, 1.8, 3.0
_SERIES_SIZE, _SERIES = 0.15, 3


@dataclass(frozen=True)
class _Candidate:
    """A text like a sheet number: its distance from the corner (pixels), whether it is in the
    corner.
    """

    phrase: Phrase
    number: SheetNumber
    label: Label
    away: float
    in_corner: bool

    @property
    def height(self) -> float:
        return self.phrase.height


def find_sheet_number(
    phrases: Sequence[Phrase], width_px: float, height_px: float
) -> tuple[Phrase, SheetNumber, Finding] | None:
    """Return the sheet number's text, its meaning, and the finding; None if there is none.

    If the sheet has a field for the number, its content counts; if that is blank, only a much
    larger number in the corner, whose field may have another layout. Without a field, the largest
    text wins, and among equals the one nearest to the lower right corner. A sheet stored sideways
    is recognised by the direction of most of its text.
    """
    labels = sheet_number_labels(phrases)
    found = list(_candidates(phrases, labels, width_px, height_px))
    labelled = [each for each in found if each.label is Label.SHEET]
    if labelled:
        return _answer(_largest(labelled), "in the field that is labelled as the sheet number")
    if not found:
        return None
    chosen = _largest(found)
    if not _stands_out(chosen, found, phrases, blank=bool(labels)):
        return None
    rule = f"largest of {len(found)} texts like a sheet number at the right or the bottom"
    return _answer(chosen, rule)


def _answer(chosen: _Candidate, rule: str) -> tuple[Phrase, SheetNumber, Finding]:
    return chosen.phrase, chosen.number, Finding(chosen.number.text, chosen.phrase.box, rule)


def _candidates(
    phrases: Sequence[Phrase], labels: Sequence[Phrase], width_px: float, height_px: float
) -> Iterator[_Candidate]:
    """Yield the texts in the strips that may be sheet numbers."""
    frame = Frame(_prevailing_turn(phrases))
    corners = [frame.to_reading(x, y) for x in (0, width_px) for y in (0, height_px)]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    for phrase in phrases:
        for part, number, on_line in _numbers(phrase):
            x, y = frame.to_reading(*_middle(part))
            from_right, from_bottom = (right - x) / (right - left), (bottom - y) / (bottom - top)
            if min(from_right, from_bottom) > _STRIP or on_line is Label.OTHER:
                continue
            label = label_beside(part, labels, phrases) if on_line is Label.NONE else on_line
            if label is Label.OTHER or (label is Label.NONE and is_callout(part, phrases)):
                continue
            away = math.hypot(right - x, bottom - y)
            in_corner = max(from_right, from_bottom) <= _CORNER
            yield _Candidate(part, number, label, away, in_corner)


def _largest(found: Sequence[_Candidate]) -> _Candidate:
    largest = max(each.height for each in found)
    rivals = [each for each in found if each.height >= largest * (1 - _SAME_SIZE)]

    def rank(each: _Candidate) -> tuple[float, int]:
        return each.away - len(each.number.text) * largest, -len(each.number.text)

    return min(rivals, key=rank)


def _stands_out(
    chosen: _Candidate, found: Sequence[_Candidate], phrases: Sequence[Phrase], *, blank: bool
) -> bool:
    """Tell whether a number without a label is larger than the sheet's text and not part of a
    series.

    ``blank``: the sheet has an empty field for its number.
    """
    own = set(chosen.phrase.words)
    alike = [
        each
        for each in found
        if not own & set(each.phrase.words) and abs(each.height / chosen.height - 1) <= _SERIES_SIZE
    ]
    if len(alike) + 1 >= _SERIES or (alike and not chosen.in_corner):
        return False
    usual = _usual_height([phrase for phrase in phrases if not own & set(phrase.words)])
    if blank:
        return chosen.in_corner and usual is not None and chosen.height >= _FAR_TALLER * usual
    taller = _TALLER_IN_CORNER if chosen.in_corner else _TALLER
    return usual is None or chosen.height >= taller * usual


def _usual_height(phrases: Sequence[Phrase]) -> float | None:
    """Return the median height of the sheet's characters, in pixels."""
    heights = sorted((phrase.height, len(phrase.text)) for phrase in phrases)
    half, passed = sum(count for _, count in heights) / 2, 0
    for height, count in heights:
        passed += count
        if passed >= half:
            return height
    return None


def _numbers(phrase: Phrase) -> Iterator[tuple[Phrase, SheetNumber, Label]]:
    words = phrase.words
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MAX_WORDS, len(words)) + 1):
            text = "".join(word.text for word in words[start:end])
            number = parse_sheet_number(text)
            if number is None:
                continue
            part = phrase_of(words[start:end], phrase.turn)
            if "-" in number.text or _touches(part):
                yield part, number, label_on_line(phrase, start, end)


def _touches(phrase: Phrase) -> bool:
    boxes = [phrase.frame.box(word) for word in phrase.words]
    gaps = [after[0] - before[2] for before, after in pairwise(boxes)]
    return all(gap <= _TOUCHING * phrase.height for gap in gaps)


def _middle(phrase: Phrase) -> tuple[float, float]:
    left, top, right, bottom = phrase.box
    return (left + right) / 2, (top + bottom) / 2


def _prevailing_turn(phrases: Sequence[Phrase]) -> float:
    """Return the multiple of a right angle by which most characters are rotated."""
    turns: Counter[float] = Counter()
    for phrase in phrases:
        turns[round(phrase.turn / 90) % 4 * 90.0] += len(phrase.text)
    return turns.most_common(1)[0][0] if turns else 0.0
