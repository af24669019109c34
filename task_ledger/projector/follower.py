"""A follower: reads every committed event of the log once, in the order of its feeds.

Any number of followers of one name may run: each shard is processed by one at a time, the one that
holds its checkpoint. A follower never waits for writers: numbers that are not visible yet are
remembered as gaps (see `task_ledger.projector.gaps`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.errors import FeedWentBack
from task_ledger.eventlog.feeds import REPAIR
from task_ledger.eventlog.read import event_of
from task_ledger.model.events import TaskEvent
from task_ledger.projector.database import query
from task_ledger.projector.gaps import Position, Snapshot, position

PROJECTOR: Final = "projector"
"""The follower that folds events into records and numbers them."""

BATCH: Final = 1000
"""Maximum number of events read in one tick, over all shards, as long as the follower keeps up."""

MOST: Final = 16_000
"""Maximum number of events read in one tick while it is behind; each tick reads four times as many
as the previous one."""

MOST_BYTES: Final = 32 * 1024 * 1024
"""Maximum size of data in a tick of more than `BATCH` events, estimated from the last tick."""

_END: Final = 2**63 - 1


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
        """The event's type, which this version may not know."""
        return self.columns[5]

    @property
    def recorded_at(self) -> datetime:
        """When the database recorded it."""
        return self.columns[9]

    @property
    def state(self) -> str:
        """The task's state after it."""
        return self.columns[10]

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
        worked: whether there was anything to do.
        events: how many events were read.
        more: whether there was more than a batch.
    """

    worked: bool
    events: int = 0
    more: bool = False


IDLE: Final = Tick(worked=False)


@dataclass(frozen=True, slots=True)
class NothingInGaps:
    """The situation at the last look into gaps that found nothing.

    Attributes:
        saved: the shards, with a value that changes whenever their checkpoints do.
        fence: the highest fence of their gaps.
        writers: the transactions below it that were open.
    """

    saved: Mapping[int, str]
    fence: int
    writers: tuple[int, ...]


def open_below(snapshot: str, fence: int) -> tuple[int, ...]:
    """The transactions below `fence` that are open in a snapshot, as PostgreSQL writes it.

    Args:
        snapshot: `xmin:xmax:xid,xid,…`, the open ones from xmin up to xmax.
        fence: at most xmax; what is not below it is not asked for.
    """
    xids = snapshot.rpartition(":")[2]
    return tuple(sorted(xid for xid in map(int, filter(None, xids.split(","))) if xid < fence))


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
        self._fence = 0
        self._nothing_in_gaps: NothingInGaps | None = None
        self._batch = BATCH

    def tick(self) -> Tick:
        """Look for new events and process up to a batch of them in one transaction.

        Raises:
            FeedWentBack: new events would get numbers that it has passed; nothing was done, and
                nothing is to be done before the feed is repaired.
            psycopg.Error: nothing was done; on a broken connection it is not known whether it
                was, and the checkpoints say.
        """
        heads = self._look()
        if not heads:
            return IDLE
        with self._connection.transaction():
            held = self._lock(heads)
            if not held:
                return IDLE
            return self._work(held, heads)

    def _look(self) -> dict[int, int]:
        rows = self._connection.execute(query("look"), {"follower": self._name}, prepare=True)
        heads: dict[int, int] = {}
        gapped: dict[int, tuple[int, str]] = {}
        snapshot = ""
        for shard, head, cursor, has_gaps, saved, seen in rows.fetchall():
            if head < cursor:
                raise FeedWentBack(f"feed {shard} is at {head}, its follower at {cursor}. {REPAIR}")
            if head > cursor:
                heads[shard] = head
            elif has_gaps:
                gapped[shard] = (head, saved)
                snapshot = seen
        if gapped:
            heads |= self._look_into_gaps(gapped, snapshot)
        return heads

    def _look_into_gaps(
        self, gapped: Mapping[int, tuple[int, str]], snapshot: str
    ) -> dict[int, int]:
        """The shards with work in their gaps, with their heads.

        Only a transaction below a gap's fence can fill it or let it be forgotten, and only by its
        end. While the same ones are open as at the last look, which found nothing, and the
        checkpoints are the same, there is nothing to look for.
        """
        saved = {shard: at for shard, (_, at) in gapped.items()}
        if self._nothing_in_gaps == NothingInGaps(
            saved, self._fence, open_below(snapshot, self._fence)
        ):
            return {}
        rows = self._connection.execute(
            query("look_into_gaps"),
            {"follower": self._name, "shards": list(gapped)},
            prepare=True,
        ).fetchall()
        work = {shard: gapped[shard][0] for shard, found, _ in rows if found}
        self._fence = max((fence for _, _, fence in rows if fence is not None), default=0)
        # What was open before the look, which has seen the end of whatever ended since.
        self._nothing_in_gaps = (
            None if work else NothingInGaps(saved, self._fence, open_below(snapshot, self._fence))
        )
        return work

    def _lock(self, heads: Mapping[int, int]) -> dict[int, Position]:
        rows = self._connection.execute(
            query("lock_checkpoints"),
            {"follower": self._name, "shards": list(heads)},
            prepare=True,
        )
        return {shard: position(cursor, gaps) for shard, cursor, gaps in rows.fetchall()}

    def _work(self, held: Mapping[int, Position], heads: Mapping[int, int]) -> Tick:
        limits = shares(
            {shard: heads[shard] - at.cursor for shard, at in held.items()}, self._batch
        )
        rows, snapshot = self._read(held, limits)
        self._handle(rows)
        found: dict[int, list[int]] = {shard: [] for shard in held}
        for row in rows:
            found[row.shard].append(row.feed)
        after: dict[int, Position] = {}
        more = False
        for shard, at in held.items():
            behind = [feed for feed in found[shard] if feed > at.cursor]
            cut = len(behind) >= limits[shard]
            more = more or cut
            # Numbers up to the head were taken before the read began. Those that are not there
            # are gaps too, or a follower would look again and again for a number that was burnt.
            up_to = max(behind, default=0) if cut else max([heads[shard], *behind])
            after[shard] = at.advanced(found[shard], up_to, snapshot)
        self._save(after)
        self._batch = next_batch(self._batch, rows) if more else BATCH
        return Tick(worked=True, events=len(rows), more=more)

    def _read(
        self, held: Mapping[int, Position], limits: Mapping[int, int]
    ) -> tuple[list[Row], Snapshot]:
        ranges: list[tuple[int, int, int, int | None]] = []
        for shard, at in held.items():
            ranges += [(shard, gap.first, gap.last, None) for gap in at.gaps]
            ranges.append((shard, at.cursor + 1, _END, limits[shard]))
        shards, firsts, lasts, maxima = (list(column) for column in zip(*ranges, strict=True))
        read = self._connection.execute(
            query("read"),
            {"shards": shards, "firsts": firsts, "lasts": lasts, "limits": maxima},
            prepare=True,
        ).fetchall()
        own, xmin, xmax = read[0][:3]
        rows = [Row(row[3:]) for row in read if row[3] is not None]
        return rows, Snapshot(own, xmin, xmax)

    def _save(self, positions: Mapping[int, Position]) -> None:
        self._connection.execute(
            query("save_checkpoints"),
            {
                "follower": self._name,
                "shards": list(positions),
                "cursors": [at.cursor for at in positions.values()],
                "gaps": [json.dumps(at.as_json()) for at in positions.values()],
            },
            prepare=True,
        )


def next_batch(batch: int, rows: Sequence[Row]) -> int:
    """How many events to read after a tick that has read `rows` and left some: four times as many.

    Fewer where events are large, so that a tick's memory is bounded, and never below `BATCH`.
    """
    size = sum(len(row.columns[-1]) for row in rows) // max(len(rows), 1)
    return max(BATCH, min(batch * 4, MOST, MOST_BYTES // max(size, 1)))


def shares(backlogs: Mapping[int, int], total: int) -> dict[int, int]:
    """How many events of each shard to read, of `total`: small backlogs whole, large ones alike.

    Every shard gets at least one.
    """
    result: dict[int, int] = {}
    left = total
    ordered = sorted(backlogs.items(), key=lambda item: item[1])
    for done, (shard, backlog) in enumerate(ordered):
        result[shard] = max(1, min(backlog, left // (len(ordered) - done)))
        left -= result[shard]
    return result
