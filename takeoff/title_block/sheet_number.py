"""Finds the sheet number: the largest text that looks like one, at the right or the bottom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from takeoff.phrases import Frame, Phrase, phrase_of
from takeoff.title_block.finding import Finding
from takeoff.title_block.numbering import SheetNumber, parse_sheet_number

# Of the sides of the sheet.
_STRIP = 0.2
# Words of one number, e.g. "A" "-" "101"; of equal size within this share.
_MAX_WORDS = 4
_SAME_SIZE = 0.05
# Two words without a dash are one number only if they nearly touch; in heights of the text.
_TOUCHING = 0.5


def find_sheet_number(
    phrases: Sequence[Phrase], width_px: float, height_px: float
) -> tuple[Phrase, SheetNumber, Finding] | None:
    """Return the text of the sheet number, what it says, and the finding; None if there is none.

    Callouts and room tags look the same, so the largest wins, and among equals the one nearest
    to the lower right corner. A sheet that was stored lying on its side is told by the way most
    of its text reads.
    """
    frame = Frame(_prevailing_turn(phrases))
    corners = [frame.to_reading(x, y) for x in (0, width_px) for y in (0, height_px)]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    found: list[tuple[float, float, int, Phrase, SheetNumber]] = []
    for phrase in phrases:
        for candidate, number in _candidates(phrase):
            x, y = frame.to_reading(*_middle(candidate))
            from_right, from_bottom = (right - x) / (right - left), (bottom - y) / (bottom - top)
            if min(from_right, from_bottom) <= _STRIP:
                away = math.hypot(right - x, bottom - y)
                found.append((candidate.height, away, len(number.text), candidate, number))
    if not found:
        return None
    largest = max(height for height, *_ in found)
    rivals = [each for each in found if each[0] >= largest * (1 - _SAME_SIZE)]
    *_, chosen, number = min(rivals, key=lambda each: (each[1] - each[2] * largest, -each[2]))
    rule = f"largest of {len(found)} texts like a sheet number at the right or the bottom"
    return chosen, number, Finding(number.text, chosen.box, rule)


def _candidates(phrase: Phrase) -> Iterator[tuple[Phrase, SheetNumber]]:
    words = phrase.words
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MAX_WORDS, len(words)) + 1):
            text = "".join(word.text for word in words[start:end])
            number = parse_sheet_number(text)
            if number is None:
                continue
            candidate = phrase_of(words[start:end], phrase.turn)
            if "-" in number.text or _touches(candidate):
                yield candidate, number


def _touches(phrase: Phrase) -> bool:
    boxes = [phrase.frame.box(word) for word in phrase.words]
    gaps = [after[0] - before[2] for before, after in pairwise(boxes)]
    return all(gap <= _TOUCHING * phrase.height for gap in gaps)


def _middle(phrase: Phrase) -> tuple[float, float]:
    left, top, right, bottom = phrase.box
    return (left + right) / 2, (top + bottom) / 2


def _prevailing_turn(phrases: Sequence[Phrase]) -> float:
    """Return the right angle by which most characters are turned."""
    turns: Counter[float] = Counter()
    for phrase in phrases:
        turns[round(phrase.turn / 90) % 4 * 90.0] += len(phrase.text)
    return turns.most_common(1)[0][0] if turns else 0.0
