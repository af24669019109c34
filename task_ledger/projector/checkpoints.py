"""A follower's cached checkpoints, so that the cost of a tick only depends on what is new.

A gap can only be filled or dropped when a transaction below its fence ends. As long as none has
ended since the last check, the gap need not be checked. A long transaction may leave thousands of
gaps; those are kept separately from the recent ones, and neither read nor written until it ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from task_ledger.projector.gaps import Gap, Position, Snapshot, compact

RECENT: Final = 64
"""Maximum number of recent gaps; beyond it, half of them become old."""


@dataclass(frozen=True, slots=True)
class Open:
    """The transactions that were open at a check, as in a PostgreSQL snapshot.

    Attributes:
        xmin: every transaction below it has ended.
        xmax: no transaction at or above it had ended.
        xids: the open ones between them.
    """

    xmin: int
    xmax: int
    xids: frozenset[int]


def open_in(snapshot: str) -> Open:
    """Parse a snapshot's text: `xmin:xmax:xid,xid,…`."""
    xmin, xmax, xids = snapshot.split(":")
    return Open(int(xmin), int(xmax), frozenset(map(int, filter(None, xids.split(",")))))


@dataclass(frozen=True, slots=True)
class OldGaps:
    """Gaps that rarely change, by their numbers, and their lowest and highest fence.

    There may be many, so they are passed on without copying or comparing them.
    """

    gaps: tuple[Gap, ...] = ()
    lowest: int = 0
    highest: int = 0


def old_gaps(gaps: Iterable[Gap]) -> OldGaps:
    """Collect these gaps, which all have fences, in order."""
    found = tuple(compact(gaps))
    fences = [gap.fence or 0 for gap in found]
    return OldGaps(found, min(fences, default=0), max(fences, default=0))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One shard's checkpoint as last read or saved.

    Attributes:
        saved: a value that changes whenever the stored checkpoint does.
        cursor: all visible numbers up to it were read, except those in gaps.
        recent, old: the gaps, each by their numbers.
        looked: the transactions that were open at the last check after which every due gap had been
            checked; None before the first one.
    """

    saved: str
    cursor: int
    recent: tuple[Gap, ...]
    old: OldGaps
    looked: frozenset[int] | None = None

    def due(self, now: Open) -> "Due":
        """The gaps that may have changed since they were last checked."""
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
        """The lowest transaction that has ended since; one that began later cannot fill a gap."""
        return min((self.looked or frozenset()) - now.xids, default=now.xmax)

    def _old_due(self, ended: int, now: Open) -> tuple[Gap, ...]:
        if self.old.highest <= ended and self.old.lowest > now.xmin:
            return ()
        return tuple(gap for gap in self.old.gaps if _is_due(gap, ended, now))

    def looked_into(self, now: Open) -> "Checkpoint":
        """The checkpoint after a check at `now` that found no due gap."""
        return replace(self, looked=now.xids)

    def advanced(
        self, read: "Due", seen: Iterable[int], up_to: int, now: Open, snapshot: Snapshot
    ) -> "Checkpoint":
        """The checkpoint after a tick that read these gaps and the events after the cursor.

        Args:
            read: contains all gaps to read at `now`.
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
            # Gaps without a fence, and the newest ones, will change soon.
            aged = [gap for gap in recent[: -RECENT // 2] if gap.fence is not None]
            old = old_gaps((*old.gaps, *aged))
            recent = _without(recent, aged)
        return Checkpoint(self.saved, after.cursor, recent, old, now.xids)


@dataclass(frozen=True, slots=True)
class Due:
    """Gaps of a checkpoint to check or read."""

    recent: tuple[Gap, ...] = ()
    old: tuple[Gap, ...] = ()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All of them."""
        return self.recent + self.old

    def changes(self, now: Open) -> bool:
        """Whether one of them must be fenced or dropped, whatever it contains."""
        return any(
            gap.fence is None or gap.fence <= now.xmin or gap.fence >= now.xmax for gap in self.gaps
        )


def _is_due(gap: Gap, ended: int, now: Open) -> bool:
    return gap.fence is None or gap.fence > ended or gap.fence <= now.xmin


def _without(gaps: Sequence[Gap], others: Iterable[Gap]) -> tuple[Gap, ...]:
    left_out = set(others)
    return tuple(gap for gap in gaps if gap not in left_out) if left_out else tuple(gaps)
