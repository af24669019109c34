"""Derives votes for the scale from dimension strings: each gives the feet of a line on the page.

A text such as 24'-0" is centred beside a parallel line; the line, or the part between two marks
around the text, has that length.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from takeoff.phrases import Phrase
from takeoff.scale.dimension_strings import DimensionString
from takeoff.scale.election import Ballot, Vote
from takeoff.scale.line_index import Level, LineIndex, LineIndexes
from takeoff.scale.vector_layer import Line

# In heights of the text: maximum distance of its line, and of the text from the line's middle.
_REACH, _OFF_CENTRE = 2.0, 0.5
_NEAREST_MARKS = 5
# Hatching may put any number of lines beside a text; only the nearest are measured.
_MAX_LEVELS = 16
_SPANS_PER_LINE = 3
# Plausible range of scales, in pixels of the page image per foot.
_PLAUSIBLE = (0.5, 3000.0)


def ballots_of(strings: Iterable[DimensionString], lines: Iterable[Line]) -> list[Ballot]:
    """Return the possible scales for each of ``strings`` that is at a line."""
    indexes = LineIndexes(lines)
    ballots: list[Ballot] = []
    for string in strings:
        index = indexes.along(string.text.frame)
        if index is None:
            continue
        votes = [
            Vote(string.text, string.feet, span, nearest)
            for span, nearest in _spans(string.text, index)
        ]
        votes = [each for each in votes if _PLAUSIBLE[0] < each.pixels_per_foot < _PLAUSIBLE[1]]
        if votes:
            ballots.append(votes)
    return ballots


def _spans(phrase: Phrase, index: LineIndex) -> list[tuple[float, bool]]:
    """Return the lengths, in pixels, of the lines beside ``phrase`` that it is centred on, each
    with whether it is the shortest part of the nearest line.
    """
    left, top, right, bottom = phrase.reading
    middle, height = (left + right) / 2, bottom - top
    slack = max(_OFF_CENTRE * height, 2.0)
    levels = index.levels(top - _REACH * height, bottom + _REACH * height, middle)
    levels = sorted(levels, key=lambda level: abs(level.down - (top + bottom) / 2))
    spans: list[tuple[float, bool]] = []
    for level in levels[:_MAX_LEVELS]:
        for start, end in _centred(index, level, middle, slack):
            spans.append((end - start, not spans))
    return spans


def _centred(
    index: LineIndex, level: Level, middle: float, slack: float
) -> Sequence[tuple[float, float]]:
    marks = index.crossings(level)
    before = [mark for mark in marks if mark < middle - 1][-_NEAREST_MARKS:]
    after = [mark for mark in marks if mark > middle + 1][:_NEAREST_MARKS]
    pairs = {*product(before, after), (level.start, level.end)}
    centred = [pair for pair in pairs if abs((pair[0] + pair[1]) / 2 - middle) <= slack]
    return sorted(centred, key=lambda pair: pair[1] - pair[0])[:_SPANS_PER_LINE]
