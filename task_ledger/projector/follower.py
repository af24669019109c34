"""A follower: reads every committed event of the log once, in the order of its feeds.

Any number of followers of one name may run: each shard is processed by one at a time, the one that
holds its checkpoint. A follower never waits for writers: numbers that are not visible yet are
remembered as gaps (see `task_ledger.projector.gaps`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.errors import FeedWentBack
from task_ledger.eventlog.feeds import REPAIR
from task_ledger.eventlog.read import event_of
from task_ledger.model.events import TaskEvent
from task_ledger.projector.checkpoints import Checkpoint, Due, Open, old_gaps, open_in
from task_ledger.projector.database import query
from task_ledger.projector.gaps import Snapshot, gaps_of

PROJECTOR: Final = "projector"
"""The follower that folds events into records and numbers them."""

BATCH: Final = 1000
"""Maximum number of events read in one tick, over all shards, as long as the follower keeps up."""

MOST: Final = 32_000
"""Maximum number of events read in one tick while it is behind; each tick reads four times as many
as the previous one."""

MOST_BYTES: Final = 32 * 1024 * 1024
"""Maximum size of data in a tick of more than `BATCH` events, estimated from the last tick."""

NOTHING_OPEN: Final = Open(0, 0, frozenset())

_END: Final = 2**63 - 1

_READS: Final = 4
"""Maximum number of reads in a tick; the last one reads all gaps."""


@dataclass(frozen=True, slots=True)
class Row:
    """An event as read from the database, possibly invalid; `columns` are those of `event_of`."""

    columns: tuple[Any, ...]

    @property
    def task_id(self) -> UUID:
        """The task."""
        return self.columns[0]

    @property
    def version(self) -> int:
        """The event's version within the task."""
        return self.columns[1]

    @property
    def project_id(self) -> str:
        """The task's project."""
        return self.columns[2]

    @property
    def shard(self) -> int:
        """The shard."""
        return self.columns[3]

    @property
    def feed(self) -> int:
        """The event's number in its shard's feed."""
        return self.columns[4]

    @property
    def type(self) -> str:
        """The event's type, which may be unknown to this version."""
        return self.columns[5]

    @property
    def recorded_at(self) -> datetime:
        """When the database recorded it."""
        return self.columns[9]

    @property
    def state(self) -> str:
        """The task's state after it."""
        return self.columns[10]

    @property
    def characters(self) -> int:
        """The length of its texts, in characters."""
        return len(self.columns[-3]) + len(self.columns[-2] or "")

    def event(self) -> TaskEvent:
        """The event.

        Raises:
            ValueError: this version does not know its type or state.
        """
        return event_of(self.columns)


@dataclass(frozen=True, slots=True)
class Tick:
    """The result of a tick.

    Attributes:
        worked: whether anything was done.
        events: number of events read.
        more: whether there was more than a batch.
    """

    worked: bool
    events: int = 0
    more: bool = False


IDLE: Final = Tick(worked=False)


class Follower:
    """One follower on one connection.

    Args:
        connection: in autocommit mode, READ COMMITTED; nothing else may use it meanwhile.
        name: the name of the follower's checkpoints.
        handle: called with each tick's rows, ordered by feed, in the tick's transaction on the same
            connection. Its writes are committed together with the checkpoints, or not at all.
    """

    def __init__(
        self, connection: Connection[Any], name: str, handle: Callable[[Sequence[Row]], None]
    ) -> None:
        self._connection = connection
        self._name = name
        self._handle = handle
        self._known: dict[int, Checkpoint] = {}
        self._heads: dict[int, int] = {}
        self._batch = BATCH
        self._quiet: str | None = None

    @property
    def quiet(self) -> str | None:
        """The snapshot, as PostgreSQL writes it, at which the last tick found nothing to do; else
        None.

        Until the snapshot changes, a tick would find nothing: what it looks for is committed by
        transactions with an id, and the end of each of them changes the snapshot.
        """
        return self._quiet

    def tick(self) -> Tick:
        """Look for new events and process up to a batch of them in one transaction.

        Raises:
            FeedWentBack: new events would get numbers that it has passed; nothing was done, nor
                will be until the feed is repaired.
            psycopg.Error: nothing was done; after a broken connection, the checkpoints show whether
            anything was.
        """
        self._quiet = None
        heads, now, snapshot = self._look()
        if not heads:
            self._quiet = snapshot
            return IDLE
        with self._connection.transaction():
            held = self._lock(heads)
            if not held:
                return IDLE
            tick, after = self._work(held, heads, now)
        self._known |= after
        return tick

    def _look(self) -> tuple[dict[int, int], Open, str | None]:
        """The shards with work to do, with their heads; the open transactions; and the snapshot."""
        rows = self._connection.execute(
            query("look"), {"follower": self._name}, prepare=True
        ).fetchall()
        snapshot: str | None = rows[0][5] if rows else None
        now = open_in(snapshot) if snapshot else NOTHING_OPEN
        heads: dict[int, int] = {}
        gapped: dict[int, tuple[int, str]] = {}
        for shard, head, cursor, has_gaps, saved, _ in rows:
            if head < max(cursor, self._heads.get(shard, 0)):
                raise FeedWentBack(f"feed {shard} is at {head}, its follower at {cursor}. {REPAIR}")
            self._heads[shard] = head
            if head > cursor:
                heads[shard] = head
            elif has_gaps:
                gapped[shard] = (head, saved)
        if gapped:
            heads |= self._look_into_gaps(gapped, now)
        return heads, now, snapshot

    def _look_into_gaps(self, gapped: Mapping[int, tuple[int, str]], now: Open) -> dict[int, int]:
        """The shards with work in their gaps, with their heads."""
        unknown = [
            shard
            for shard, (_, saved) in gapped.items()
            if shard not in self._known or self._known[shard].saved != saved
        ]
        if unknown:
            self._load(unknown)
        work: dict[int, int] = {}
        due: dict[int, Due] = {}
        for shard, (head, _) in gapped.items():
            found = self._known[shard].due(now)
            if found.changes(now):
                work[shard] = head
            elif found.gaps:
                due[shard] = found
            else:
                self._known[shard] = self._known[shard].looked_into(now)
        filled = self._filled(due) if due else set[int]()
        for shard in due:
            if shard in filled:
                work[shard] = gapped[shard][0]
            else:
                self._known[shard] = self._known[shard].looked_into(now)
        return work

    def _load(self, shards: Sequence[int]) -> None:
        rows = self._connection.execute(
            query("load_checkpoints"), {"follower": self._name, "shards": shards}, prepare=True
        )
        for shard, saved, cursor, recent, old in rows.fetchall():
            self._known[shard] = Checkpoint(saved, cursor, gaps_of(recent), old_gaps(gaps_of(old)))

    def _filled(self, due: Mapping[int, Due]) -> set[int]:
        ranges = [
            (shard, gap.first, gap.last) for shard, found in due.items() for gap in found.gaps
        ]
        shards, firsts, lasts = (list(column) for column in zip(*ranges, strict=True))
        rows = self._connection.execute(
            query("filled_gaps"),
            {"shards": shards, "firsts": firsts, "lasts": lasts},
            prepare=True,
        )
        return {shard for (shard,) in rows.fetchall()}

    def _lock(self, heads: Mapping[int, int]) -> dict[int, Checkpoint]:
        known = [self._known[shard].saved if shard in self._known else "" for shard in heads]
        rows = self._connection.execute(
            query("lock_checkpoints"),
            {"follower": self._name, "shards": list(heads), "known": known},
            prepare=True,
        )
        return {
            shard: self._known[shard]
            if recent is None
            else Checkpoint(saved, cursor, gaps_of(recent), old_gaps(gaps_of(old)))
            for shard, saved, cursor, recent, old in rows.fetchall()
        }

    def _work(
        self, held: Mapping[int, Checkpoint], heads: Mapping[int, int], now: Open
    ) -> tuple[Tick, dict[int, Checkpoint]]:
        """Read and handle events; return what was done, and the saved checkpoints."""
        limits = shares(
            {shard: heads[shard] - at.cursor for shard, at in held.items()}, self._batch
        )
        rows, read, snapshot, now = self._read(held, limits, now)
        self._handle(rows)
        found: dict[int, list[int]] = {shard: [] for shard in held}
        for row in rows:
            found[row.shard].append(row.feed)
        after: dict[int, Checkpoint] = {}
        more = False
        for shard, at in held.items():
            behind = [feed for feed in found[shard] if feed > at.cursor]
            cut = len(behind) >= limits[shard]
            more = more or cut
            # Numbers up to the head were taken before the read began. Missing ones are gaps too;
            # otherwise a follower would look for a burnt number again and again.
            up_to = max(behind, default=0) if cut else max([heads[shard], *behind])
            after[shard] = at.advanced(read[shard], found[shard], up_to, now, snapshot)
        self._batch = next_batch(self._batch, rows) if more else BATCH
        return Tick(worked=True, events=len(rows), more=more), self._saved(held, after)

    def _read(
        self, held: Mapping[int, Checkpoint], limits: Mapping[int, int], now: Open
    ) -> tuple[list[Row], dict[int, Due], Snapshot, Open]:
        """The rows after the cursors and in gaps; the gaps that were read; and the read's snapshot.

        The writer that fills a gap may continue after the cursor, with events that come after those
        in the gap. So a gap whose writer had ended by the time of the read must not be left out; in
        that case the read is repeated.
        """
        reads = 1
        while True:
            last = reads == _READS
            read = {
                shard: at.everything() if last else at.to_read(now) for shard, at in held.items()
            }
            found = self._rows(held, read, limits)
            own, now = found[0][0], open_in(found[0][1])
            if last or all(set(at.to_read(now).old) <= set(read[s].old) for s, at in held.items()):
                break
            reads += 1
        rows = [Row(row[2:]) for row in found if row[2] is not None]
        return rows, read, Snapshot(own, now.xmin, now.xmax), now

    def _rows(
        self, held: Mapping[int, Checkpoint], gaps: Mapping[int, Due], limits: Mapping[int, int]
    ) -> list[Any]:
        ranges: list[tuple[int, int, int, int | None]] = []
        for shard, at in held.items():
            ranges += [(shard, gap.first, gap.last, None) for gap in gaps[shard].gaps]
            ranges.append((shard, at.cursor + 1, _END, limits[shard]))
        shards, firsts, lasts, maxima = (list(column) for column in zip(*ranges, strict=True))
        return self._connection.execute(
            query("read"),
            {"shards": shards, "firsts": firsts, "lasts": lasts, "limits": maxima},
            prepare=True,
        ).fetchall()

    def _saved(
        self, before: Mapping[int, Checkpoint], after: Mapping[int, Checkpoint]
    ) -> dict[int, Checkpoint]:
        """Save the changes, and return the checkpoints marked as saved."""
        changed = [
            shard
            for shard, at in after.items()
            if (at.cursor, at.recent) != (before[shard].cursor, before[shard].recent)
            or at.old is not before[shard].old
        ]
        if not changed:
            return dict(after)
        new = [after[shard] for shard in changed]
        rows = self._connection.execute(
            query("save_checkpoints"),
            {
                "follower": self._name,
                "shards": changed,
                "cursors": [at.cursor for at in new],
                "gaps": [json.dumps(at.recent) for at in new],
                # Unchanged old gaps are not written, because there may be many.
                "old_gaps": [
                    None if at.old is before[shard].old else json.dumps(at.old.gaps)
                    for shard, at in zip(changed, new, strict=True)
                ],
            },
            prepare=True,
        )
        return {**after, **{s: replace(after[s], saved=saved) for s, saved in rows.fetchall()}}


def next_batch(batch: int, rows: Sequence[Row]) -> int:
    """The number of events to read after a tick that read `rows` and left some: four times as many.

    Fewer if events are large, to limit a tick's memory, but at least `BATCH`.
    """
    size = sum(row.characters for row in rows) // max(len(rows), 1)
    return max(BATCH, min(batch * 4, MOST, MOST_BYTES // max(size, 1)))


def shares(backlogs: Mapping[int, int], total: int) -> dict[int, int]:
    """Divide `total` events to read among the shards: small backlogs completely, large ones
    equally.

    Every shard gets at least one.
    """
    result: dict[int, int] = {}
    left = total
    ordered = sorted(backlogs.items(), key=lambda item: item[1])
    for done, (shard, backlog) in enumerate(ordered):
        result[shard] = max(1, min(backlog, left // (len(ordered) - done)))
        left -= result[shard]
    return result
