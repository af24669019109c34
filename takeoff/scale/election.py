"""Elects the scale that dimension strings vote for.

One string can be misread in many ways, but only the true scale gets the same vote from strings of
different lengths. A text repeated in many places, such as the height of a step beside each level
mark, is a single witness and counts at most twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from takeoff.phrases import Phrase

AGREEMENT = 0.005
"""Votes agree within this share of the scale."""

_REPEATED = 2
# Requirements of an elected scale: support, lengths that differ by more than a twentieth, share of
# all support.
_LEAST_SUPPORT, _LEAST_LENGTHS, _LEAST_SHARE = 3, 2, 0.3
_DIFFERENT_LENGTH = 1.05
# The same if strings only have to confirm another source's scale.
_CONFIRMING_SUPPORT, _CONFIRMING_LENGTHS, _CONFIRMING_SHARE = 4, 3, 0.1
_SAME_SCALE = 0.01
# And to deny it.
_DENYING_SUPPORT, _DENYING_SHARE = 2, 0.2
# A winner has at least this many times the support of any other scale.
_CLEAR = 1.5


@dataclass(frozen=True)
class Vote:
    """One dimension: its text, its length in feet, and the length in pixels it may have.

    ``nearest`` tells whether it is the nearest line's length between marks, as most dimensions are
    drawn.
    """

    text: Phrase
    feet: float
    pixels: float
    nearest: bool = False

    @property
    def pixels_per_foot(self) -> float:
        """The scale voted for."""
        return self.pixels / self.feet


Ballot = list[Vote]
"""The votes of one dimension string, which may belong to one of several lines."""


@dataclass(frozen=True)
class VotedScale:
    """A scale that dimension strings agree on, in pixels per foot of the page image.

    ``votes`` are those that agree, one per string; ``strings`` is the number of strings with a line
    to measure. The scale is the total length of the votes in pixels divided by that in feet.
    """

    pixels_per_foot: float
    votes: tuple[Vote, ...]
    strings: int


def elect(ballots: Sequence[Ballot]) -> list[VotedScale]:
    """Return the scales that the strings alone agree on, the best supported first.

    Returns more than one if parts of the sheet have different scales. A scale needs three strings
    of at least two different lengths, three tenths of all support, and clearly more than the
    runner-up; otherwise none is returned.
    """
    elected: list[VotedScale] = []
    left = list(ballots)
    while True:
        winner = _best(left)
        share = _LEAST_SHARE * _support_of_all(left)
        if not _is_enough(winner, max(_LEAST_SUPPORT, share), _LEAST_LENGTHS):
            return elected
        voters = {id(each.text) for each in winner}
        scale = _scale_of(winner)
        rival = [each for each in _best(_without(left, scale)) if id(each.text) in voters]
        if _support(winner) < _CLEAR * _support(rival):
            return elected
        elected.append(VotedScale(scale, tuple(winner), len(ballots)))
        left = [votes for votes in left if id(votes[0].text) not in voters]


def confirm(ballots: Sequence[Ballot], pixels_per_foot: float) -> VotedScale | None:
    """Return the strings' votes for a scale that another source gives, if they confirm it.

    Many of a sheet's strings may be rounded or not lengths at all, so a tenth of the support is
    enough. To rule out chance, it takes four strings of three different lengths, and no other scale
    may come close.
    """
    near = _within(ballots, pixels_per_foot, _SAME_SCALE + AGREEMENT)
    winner = _best(near)
    share = _CONFIRMING_SHARE * _support_of_all(ballots)
    if not _is_enough(winner, max(_CONFIRMING_SUPPORT, share), _CONFIRMING_LENGTHS):
        return None
    scale = _scale_of(winner)
    rival = _best(_without(ballots, scale))
    if abs(scale / pixels_per_foot - 1) > _SAME_SCALE or _support(winner) < _CLEAR * _support(
        rival
    ):
        return None
    return VotedScale(scale, tuple(winner), len(ballots))


def deny(ballots: Sequence[Ballot], pixels_per_foot: float) -> VotedScale | None:
    """Return a different scale that strings agree on, if they are too few to elect it and none
    supports the scale of the other sources.

    A bar added to a reduced print at the original scale agrees with the written scale; two
    dimensions are then enough to doubt both.
    """
    nearest = [[each for each in votes if each.nearest] for votes in ballots]
    nearest = [votes for votes in nearest if votes]
    far = 4 * AGREEMENT
    if any(abs(_scale(each) / pixels_per_foot - 1) <= far for votes in nearest for each in votes):
        return None
    best = _best(nearest)
    share = _DENYING_SHARE * _support_of_all(nearest)
    if not _is_enough(best, max(_DENYING_SUPPORT, share), _LEAST_LENGTHS):
        return None
    return VotedScale(_scale_of(best), tuple(best), len(ballots))


def _is_enough(votes: Sequence[Vote], support: float, lengths: int) -> bool:
    return _support(votes) >= support and _lengths(votes) >= lengths


def _best(ballots: Sequence[Ballot]) -> list[Vote]:
    """Return the votes for the scale with the most support, one vote per string."""
    every = sorted((each for votes in ballots for each in votes), key=_scale)
    best: list[Vote] = []
    most = (0, 0, 0, 0.0)
    end = 0
    for start, first in enumerate(every):
        highest = first.pixels_per_foot * (1 + 2 * AGREEMENT)
        end = max(end, start)
        while end < len(every) and every[end].pixels_per_foot <= highest:
            end += 1
        if end - start < most[0]:
            continue
        chosen = _one_each(every[start:end], first.pixels_per_foot * (1 + AGREEMENT))
        weight = _weight(chosen)
        if weight > most:
            best, most = chosen, weight
    return best


def _one_each(votes: Iterable[Vote], middle: float) -> list[Vote]:
    """Return each string's vote nearest to the scale ``middle``."""
    chosen: dict[int, Vote] = {}
    for each in votes:
        held = chosen.get(id(each.text))
        if held is None or abs(_scale(each) - middle) < abs(_scale(held) - middle):
            chosen[id(each.text)] = each
    return list(chosen.values())


def _weight(votes: Sequence[Vote]) -> tuple[int, int, int, float]:
    """Return the sort key: support, then different lengths, then voters, then long lines."""
    return _support(votes), _lengths(votes), len(votes), sum(each.pixels for each in votes)


def _support(votes: Sequence[Vote]) -> int:
    counts = Counter(_length(each) for each in votes)
    return sum(min(count, _REPEATED) for count in counts.values())


def _support_of_all(ballots: Sequence[Ballot]) -> int:
    return _support([votes[0] for votes in ballots])


def _lengths(votes: Sequence[Vote]) -> int:
    """Return the number of lengths that differ by more than a twentieth."""
    count, last = 0, 0.0
    for feet in sorted(each.feet for each in votes):
        if feet > last * _DIFFERENT_LENGTH:
            count, last = count + 1, feet
    return count


def _within(ballots: Sequence[Ballot], scale: float, share: float) -> list[Ballot]:
    kept = [[each for each in votes if abs(_scale(each) / scale - 1) <= share] for votes in ballots]
    return [votes for votes in kept if votes]


def _without(ballots: Sequence[Ballot], scale: float) -> list[Ballot]:
    far = 4 * AGREEMENT
    kept = [[each for each in votes if abs(_scale(each) / scale - 1) > far] for votes in ballots]
    return [votes for votes in kept if votes]


def _scale_of(votes: Sequence[Vote]) -> float:
    return sum(each.pixels for each in votes) / sum(each.feet for each in votes)


def _scale(vote: Vote) -> float:
    return vote.pixels_per_foot


def _length(vote: Vote) -> int:
    """Return the length in sixteenths of an inch."""
    return round(vote.feet * 192)
