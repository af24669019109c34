"""A follower's position in one shard's feed: a cursor, and the gaps below it.

Feed numbers are taken before their transactions commit, so a number can become visible after higher
ones. A follower never waits for such a number: it remembers it as a gap and checks it again at
later ticks. A gap is dropped once no remaining transaction could fill it.

The rule for dropping a gap: a writer draws its transaction id before its feed number. A gap that
was seen at one tick was taken before it, so the transaction id that the *next* tick draws, the
gap's fence, is greater than the writer's. When a later snapshot's xmin has reached the fence, the
writer has ended: either that same snapshot shows the event, or it never will be.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Gap(NamedTuple):
    """Feed numbers from `first` to `last` that were taken and are not visible.

    `fence` is a transaction id: none at or above it can fill the gap; None until it is drawn.
    """

    first: int
    last: int
    fence: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of transactions at one read of the log.

    Attributes:
        own: the reader's transaction id.
        xmin: every transaction below it has ended, and what it committed is visible.
        xmax: no transaction at or above it had ended.
    """

    own: int
    xmin: int
    xmax: int


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a feed: all visible numbers up to `cursor` except `gaps` were read."""

    cursor: int
    gaps: tuple[Gap, ...] = ()

    def advanced(self, seen: Iterable[int], up_to: int, snapshot: Snapshot) -> "Position":
        """The position after a tick.

        Args:
            seen: the feed numbers that the tick read, after the cursor and in gaps.
            up_to: the number up to which every visible event was read; numbers up to it were
                taken before the read began. One below the cursor changes nothing.
            snapshot: the read's snapshot.
        """
        found = sorted(seen)
        old = (_kept(gap, snapshot) for gap in self.gaps if not _over(gap, snapshot))
        gaps = [part for gap in old for part in _without(gap, found)]
        cursor = max(self.cursor, up_to)
        if cursor > self.cursor:
            gaps += _without(Gap(self.cursor + 1, cursor, None), found)
        return Position(cursor, tuple(compact(gaps)))


def gaps_of(stored: Iterable[tuple[int, int, int | None]]) -> tuple[Gap, ...]:
    """Parse a stored checkpoint's gaps."""
    return tuple(Gap(*gap) for gap in stored)


def _over(gap: Gap, snapshot: Snapshot) -> bool:
    return gap.fence is not None and gap.fence <= snapshot.xmin


def _kept(gap: Gap, snapshot: Snapshot) -> Gap:
    # A fence was drawn by a tick that has ended, so it is below xmax. Otherwise it comes from
    # another cluster (a restored dump), and no transaction here would ever reach it.
    if gap.fence is None or gap.fence >= snapshot.xmax:
        return gap._replace(fence=snapshot.own)
    return gap


def _without(gap: Gap, found: Sequence[int]) -> Iterator[Gap]:
    first = gap.first
    for at in range(bisect_left(found, gap.first), len(found)):
        if found[at] > gap.last:
            break
        if found[at] > first:
            yield gap._replace(first=first, last=found[at] - 1)
        first = found[at] + 1
    if first <= gap.last:
        yield gap._replace(first=first)


def compact(gaps: Iterable[Gap]) -> Iterator[Gap]:
    """Sort gaps by number, and merge neighbours with the same fence."""
    last: Gap | None = None
    for gap in sorted(gaps, key=lambda gap: gap.first):
        if last and gap.first == last.last + 1 and gap.fence == last.fence:
            last = last._replace(last=gap.last)
            continue
        if last:
            yield last
        last = gap
    if last:
        yield last
