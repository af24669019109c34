"""Dimension strings vote on the scale: each says how many feet a line on the page is.

A text such as 24'-0" stands centred beside a parallel line; the line, or the part of it between
two marks that has the text in its middle, is that long. One string can be read wrongly in many
ways, but only the true scale gets the same vote from strings of different lengths.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from takeoff.phrases import Phrase
from takeoff.scale.dimension_text import parse_length
from takeoff.scale.line_index import Level, LineIndex, LineIndexes
from takeoff.scale.vector_layer import Line

# In heights of the text: how far its line may be, and how far off the middle it may stand.
_REACH, _OFF_CENTRE = 2.0, 0.5
# Votes agree within this share of the scale.
AGREEMENT = 0.005
_LEAST_VOTES, _LEAST_LENGTHS, _LEAST_SHARE = 3, 2, 0.3
# A winner has at least so many times the votes of the next scale.
_CLEAR = 1.5
_NEAREST_MARKS = 5
# Hatching may put any number of lines beside a text; the nearest are measured.
_MAX_LEVELS = 16
_SPANS_PER_LINE = 3
# No drawing is read at less or at more; pixels per foot of a page image.
_PLAUSIBLE = (0.5, 3000.0)


@dataclass(frozen=True)
class Vote:
    """One dimension: its text, its length in feet, and the length in pixels it may have."""

    text: Phrase
    feet: float
    pixels: float

    @property
    def pixels_per_foot(self) -> float:
        """The scale that this vote is for."""
        return self.pixels / self.feet


@dataclass(frozen=True)
class VotedScale:
    """A scale that dimension strings agree on, in pixels per foot of the page image.

    ``votes`` are those that agree, one per string; ``strings`` is how many strings had a line to
    measure. The scale is their total length in pixels by that in feet.
    """

    pixels_per_foot: float
    votes: tuple[Vote, ...]
    strings: int


def vote(phrases: Sequence[Phrase], lines: Iterable[Line]) -> list[VotedScale]:
    """Return the scales that dimension strings agree on, the one with most votes first.

    More than one is returned when parts of the sheet are drawn at scales of their own. A scale
    needs three strings of at least two different lengths, and clearly more than the next best
    guess; a sheet without that has none.
    """
    lengths = [
        (phrase, feet) for phrase in phrases if (feet := parse_length(phrase.text)) is not None
    ]
    if len(lengths) < _LEAST_VOTES:
        return []
    indexes = LineIndexes(lines)
    ballots: list[list[Vote]] = []
    for phrase, feet in lengths:
        index = indexes.along(phrase.frame)
        if index is None:
            continue
        votes = [Vote(phrase, feet, span) for span in _spans(phrase, index)]
        votes = [each for each in votes if _PLAUSIBLE[0] < each.pixels_per_foot < _PLAUSIBLE[1]]
        if votes:
            ballots.append(votes)
    return _elect(ballots)


def _spans(phrase: Phrase, index: LineIndex) -> list[float]:
    """Return how long, in pixels, the lines beside ``phrase`` that it is centred on are."""
    left, top, right, bottom = phrase.reading
    middle, height = (left + right) / 2, bottom - top
    slack = max(_OFF_CENTRE * height, 2.0)
    levels = index.levels(top - _REACH * height, bottom + _REACH * height, middle)
    levels = sorted(levels, key=lambda level: abs(level.down - (top + bottom) / 2))
    spans: list[float] = []
    for level in levels[:_MAX_LEVELS]:
        for start, end in _centred(index, level, middle, slack):
            spans.append(end - start)
    return spans


def _centred(
    index: LineIndex, level: Level, middle: float, slack: float
) -> list[tuple[float, float]]:
    marks = index.crossings(level)
    before = [mark for mark in marks if mark < middle - 1][-_NEAREST_MARKS:]
    after = [mark for mark in marks if mark > middle + 1][:_NEAREST_MARKS]
    pairs = {*product(before, after), (level.start, level.end)}
    centred = [pair for pair in pairs if abs((pair[0] + pair[1]) / 2 - middle) <= slack]
    return sorted(centred, key=lambda pair: pair[1] - pair[0])[:_SPANS_PER_LINE]


def _elect(ballots: list[list[Vote]]) -> list[VotedScale]:
    elected: list[VotedScale] = []
    strings = len(ballots)
    while True:
        winner = _most_votes(ballots)
        if not _is_enough(winner, len(ballots)):
            return elected
        voters = {id(each.text) for each in winner}
        rest = [votes for votes in ballots if id(votes[0].text) not in voters]
        scale = _scale_of(winner)
        rival = _most_votes(_without(ballots, scale))
        if len(winner) < _CLEAR * len([each for each in rival if id(each.text) in voters]):
            return elected
        elected.append(VotedScale(scale, tuple(winner), strings))
        ballots = rest


def _is_enough(votes: Sequence[Vote], strings: int) -> bool:
    lengths = {round(each.feet * 12) for each in votes}
    return (
        len(votes) >= max(_LEAST_VOTES, _LEAST_SHARE * strings) and len(lengths) >= _LEAST_LENGTHS
    )


def _most_votes(ballots: Sequence[Sequence[Vote]]) -> list[Vote]:
    """Return the votes for the scale that most strings can agree on, one vote per string."""
    every = sorted((each for votes in ballots for each in votes), key=_scale)
    best: list[Vote] = []
    end = 0
    for start, first in enumerate(every):
        most = first.pixels_per_foot * (1 + 2 * AGREEMENT)
        end = max(end, start)
        while end < len(every) and every[end].pixels_per_foot <= most:
            end += 1
        if end - start <= len(best):
            continue
        middle = first.pixels_per_foot * (1 + AGREEMENT)
        chosen: dict[int, Vote] = {}
        for each in every[start:end]:
            held = chosen.get(id(each.text))
            if held is None or abs(_scale(each) - middle) < abs(_scale(held) - middle):
                chosen[id(each.text)] = each
        if _weight(list(chosen.values())) > _weight(best):
            best = list(chosen.values())
    return best


def _weight(votes: Sequence[Vote]) -> tuple[int, int, float]:
    """Many voters first, then voters of different lengths, then long lines."""
    lengths = {round(each.feet * 12) for each in votes}
    return len(votes), len(lengths), sum(each.pixels for each in votes)


def _without(ballots: Sequence[Sequence[Vote]], scale: float) -> list[list[Vote]]:
    far = 4 * AGREEMENT
    kept = [
        [each for each in votes if abs(each.pixels_per_foot / scale - 1) > far] for votes in ballots
    ]
    return [votes for votes in kept if votes]


def _scale_of(votes: Sequence[Vote]) -> float:
    return sum(each.pixels for each in votes) / sum(each.feet for each in votes)


def _scale(vote: Vote) -> float:
    return vote.pixels_per_foot
