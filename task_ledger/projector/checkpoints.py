"""What a follower remembers of its checkpoints, so that a tick costs what is new and no more.

A gap can only be filled, or forgotten, by the end of a transaction below its fence. While none has
ended since a gap was last looked into, it is due for nothing. A long transaction may leave
thousands of gaps; those are kept apart from the recent ones, and neither read nor written until it
ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from task_ledger.projector.gaps import Gap, Position, Snapshot, compact

RECENT: Final = 64
"""More gaps than these are not kept with the recent ones: half of them become old."""


@dataclass(frozen=True, slots=True)
class Open:
    """The transactions that were open at a look, as PostgreSQL writes a snapshot.

    Attributes:
        xmin: every transaction below it has ended.
        xmax: no transaction at or above it had ended.
        xids: the open ones between them.
    """

    xmin: int
    xmax: int
    xids: frozenset[int]


def open_in(snapshot: str) -> Open:
    """What a snapshot's text says: `xmin:xmax:xid,xid,…`."""
    xmin, xmax, xids = snapshot.split(":")
    return Open(int(xmin), int(xmax), frozenset(map(int, filter(None, xids.split(",")))))


@dataclass(frozen=True, slots=True)
class OldGaps:
    """Gaps that change seldom, by their numbers, and their lowest and highest fence.

    They may be many, so they are passed on as they are rather than copied or compared.
    """

    gaps: tuple[Gap, ...] = ()
    lowest: int = 0
    highest: int = 0


def old_gaps(gaps: Iterable[Gap]) -> OldGaps:
    """These gaps, which all have fences, in order."""
    found = tuple(compact(gaps))
    fences = [gap.fence or 0 for gap in found]
    return OldGaps(found, min(fences, default=0), max(fences, default=0))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One shard's checkpoint as it was last read or saved.

    Attributes:
        saved: what changes whenever the stored checkpoint does.
        cursor: all visible numbers up to it were read, but those in gaps.
        recent, old: the gaps, each by their numbers.
        looked: the transactions that were open at the last look after which every gap that was due
            had been looked into; None before there was one.
    """

    saved: str
    cursor: int
    recent: tuple[Gap, ...]
    old: OldGaps
    looked: frozenset[int] | None = None

    def due(self, now: Open) -> "Due":
        """The gaps in which something may have happened since they were looked into."""
        if self.looked is None:
            return self.everything()
        ended = self._ended(now)
        recent = tuple(gap for gap in self.recent if _is_due(gap, ended, now))
        return Due(recent, self._old_due(ended, now))

    def to_read(self, now: Open) -> "Due":
        """The gaps that a tick reads: all recent ones, which are few, and the old ones due."""
        if self.looked is None:
            return self.everything()
        return Due(self.recent, self._old_due(self._ended(now), now))

    def everything(self) -> "Due":
        """All gaps."""
        return Due(self.recent, self.old.gaps)

    def _ended(self, now: Open) -> int:
        """The lowest transaction that has ended since; one that began later can fill nothing."""
        return min((self.looked or frozenset()) - now.xids, default=now.xmax)

    def _old_due(self, ended: int, now: Open) -> tuple[Gap, ...]:
        if self.old.highest <= ended and self.old.lowest > now.xmin:
            return ()
        return tuple(gap for gap in self.old.gaps if _is_due(gap, ended, now))

    def looked_into(self, now: Open) -> "Checkpoint":
        """The same after a look at `now`, after which nothing that was due was found."""
        return replace(self, looked=now.xids)

    def advanced(
        self, read: "Due", seen: Iterable[int], up_to: int, now: Open, snapshot: Snapshot
    ) -> "Checkpoint":
        """The checkpoint after a tick that has read these gaps, and what is behind the cursor.

        Args:
            read: has all that is to be read at `now`.
            seen, up_to, snapshot: as `Position.advanced`.
            now: the same snapshot, that of the read.
        """
        after = Position(self.cursor, read.gaps).advanced(seen, up_to, snapshot)
        left, old = _without(self.recent, read.recent), self.old
        if read.old:
            left += _without(self.old.gaps, read.old)
            old = OldGaps()
        recent = tuple(compact((*left, *after.gaps)))
        if len(recent) > RECENT:
            # What has no fence yet, and the newest, change soon.
            aged = [gap for gap in recent[: -RECENT // 2] if gap.fence is not None]
            old = old_gaps((*old.gaps, *aged))
            recent = _without(recent, aged)
        return Checkpoint(self.saved, after.cursor, recent, old, now.xids)


@dataclass(frozen=True, slots=True)
class Due:
    """Gaps of a checkpoint that are to be looked into, or read."""

    recent: tuple[Gap, ...] = ()
    old: tuple[Gap, ...] = ()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All of them."""
        return self.recent + self.old

    def changes(self, now: Open) -> bool:
        """Whether one of them is to be fenced, or forgotten, whatever is found in it."""
        return any(
            gap.fence is None or gap.fence <= now.xmin or gap.fence >= now.xmax for gap in self.gaps
        )


def _is_due(gap: Gap, ended: int, now: Open) -> bool:
    return gap.fence is None or gap.fence > ended or gap.fence <= now.xmin


def _without(gaps: Sequence[Gap], others: Iterable[Gap]) -> tuple[Gap, ...]:
    left_out = set(others)
    return tuple(gap for gap in gaps if gap not in left_out) if left_out else tuple(gaps)
