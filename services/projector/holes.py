"""Where a follower stands in one shard's feed: a cursor, and the holes below it.

Feed numbers are taken before their transactions commit, so a number can become visible after
higher ones. A follower never waits for such a number: it remembers it as a hole and looks again
at every tick. A hole is forgotten once no transaction is left that could fill it.

The rule of forgetting: a writer draws its transaction id before its feed number. A hole that was
seen at one tick was taken before it, so the transaction id that the *next* tick draws, the
hole's fence, is greater than the writer's. When a later snapshot's xmin has reached the fence,
the writer has ended: either that same snapshot shows the event, or it never will be.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Hole(NamedTuple):
    """Feed numbers from `first` to `last` that were taken and are not visible.

    `fence` is a transaction id: none at or above it can fill the hole; None until it is drawn.
    """

    first: int
    last: int
    fence: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one read of the log knew about transactions.

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
    """A follower's place in a feed: all visible numbers up to `cursor` but `holes` were read."""

    cursor: int
    holes: tuple[Hole, ...] = ()

    def advanced(self, seen: Iterable[int], up_to: int, snapshot: Snapshot) -> "Position":
        """The position after a tick.

        Args:
            seen: the feed numbers that the tick read: those behind the cursor and those that
                turned up in holes.
            up_to: the number up to which every visible event was read; numbers up to it were
                taken before the read began. One below the cursor changes nothing.
            snapshot: that of the read.
        """
        found = sorted(seen)
        old = (_kept(hole, snapshot) for hole in self.holes if not _over(hole, snapshot))
        holes = [part for hole in old for part in _without(hole, found)]
        cursor = max(self.cursor, up_to)
        if cursor > self.cursor:
            holes += _without(Hole(self.cursor + 1, cursor, None), found)
        return Position(cursor, tuple(_compact(holes)))

    def as_json(self) -> list[list[int | None]]:
        """The holes as a checkpoint stores them."""
        return [list(hole) for hole in self.holes]


def position(cursor: int, holes: Sequence[tuple[int, int, int | None]]) -> Position:
    """The position that a checkpoint holds."""
    return Position(cursor, tuple(Hole(*hole) for hole in holes))


def _over(hole: Hole, snapshot: Snapshot) -> bool:
    return hole.fence is not None and hole.fence <= snapshot.xmin


def _kept(hole: Hole, snapshot: Snapshot) -> Hole:
    # A fence was drawn by a tick that has ended, so it is below xmax. One that is not comes from
    # another cluster (a restored dump): nothing here would ever reach it.
    if hole.fence is None or hole.fence >= snapshot.xmax:
        return hole._replace(fence=snapshot.own)
    return hole


def _without(hole: Hole, found: Sequence[int]) -> Iterator[Hole]:
    first = hole.first
    for at in range(bisect_left(found, hole.first), len(found)):
        if found[at] > hole.last:
            break
        if found[at] > first:
            yield hole._replace(first=first, last=found[at] - 1)
        first = found[at] + 1
    if first <= hole.last:
        yield hole._replace(first=first)


def _compact(holes: Iterable[Hole]) -> Iterator[Hole]:
    last: Hole | None = None
    for hole in sorted(holes, key=lambda hole: hole.first):
        if last and hole.first == last.last + 1 and hole.fence == last.fence:
            last = last._replace(last=hole.last)
            continue
        if last:
            yield last
        last = hole
    if last:
        yield last
