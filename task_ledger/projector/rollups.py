"""Counting the events of a tick by project, type and hour; see `schema/tables/task_rollup.sql`.

An event counts in the transaction that folds it into its task's record, so it counts once, also
where a tick is repeated or another projector takes over the shard. `task_ledger.rollups_of` has the
same rules in SQL, for `rebuild` and `verify`.
"""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from psycopg import Connection

from task_ledger.model.ids import bucket_of
from task_ledger.model.record import TaskRecord
from task_ledger.model.rollup import MEASURES, microseconds, slot_of
from task_ledger.projector.database import query
from task_ledger.projector.follower import Row
from task_ledger.projector.refolding import Refolded

_Name = TypeVar("_Name")

_Key = tuple[str, str, int, int]
"""Project, type, bucket and shard."""

_ALL: Final = ""
_ALL_TIMES: Final = "-infinity"

_UNCOUNTED: Final = frozenset({"progress", "cancel_requested"})
_PLAIN: Final = frozenset({"registered", "started", "completed"})
_MEASURES: Final = frozenset(MEASURES)

_HOUR: Final = timedelta(hours=1)
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)


class _Counts:
    """The counts of one row; those of an hour are from `begin` to before `end`."""

    __slots__ = ("begin", "counts", "duration", "duration_us", "end", "waiting", "waiting_us")

    def __init__(self, begin: datetime) -> None:
        self.begin = begin
        self.end = begin + _HOUR
        self.counts: dict[str, int] = defaultdict(int)
        self.waiting: dict[int, int] = defaultdict(int)
        self.duration: dict[int, int] = defaultdict(int)
        self.waiting_us = 0
        self.duration_us = 0

    def add(self, other: "_Counts") -> None:
        """Add all of another row."""
        _add(self.counts, other.counts)
        _add(self.waiting, other.waiting)
        _add(self.duration, other.duration)
        self.waiting_us += other.waiting_us
        self.duration_us += other.duration_us

    def columns(self) -> dict[str, Any]:
        """The columns of the table that hold them, but those that are 0 or empty."""
        columns: dict[str, Any] = dict(self.counts)
        if self.waiting:
            columns |= {"waiting_us": self.waiting_us, "waiting": _array(self.waiting)}
        if self.duration:
            columns |= {"duration_us": self.duration_us, "duration": _array(self.duration)}
        return columns


class Rollups:
    """The counts of some events, to be stored in one statement."""

    def __init__(self) -> None:
        self._hours: dict[_Key, dict[int, _Counts]] = defaultdict(dict)

    def add(
        self,
        record: TaskRecord,
        before: TaskRecord | None,
        rows: Sequence[Row],
        *,
        since: int = 0,
        by: int = 1,
    ) -> None:
        """Count a task's events.

        Args:
            record: the task after them.
            before: the task before `rows`; None if they begin with its first event.
            rows: events that were folded, in the order of their versions.
            since: those up to this version have been counted before.
            by: -1 takes back what was added.
        """
        due_at = before.due_at if before else None
        began_at = before.attempt_started_at if before else None
        key = counts = None
        for row in rows:
            columns = row.columns
            event_type: str = columns[5]
            if event_type in _UNCOUNTED:
                continue
            recorded_at: datetime = columns[9]
            if columns[1] > since:
                name = event_type if event_type in _PLAIN else _name(event_type, columns[17])
                if name not in _MEASURES:
                    continue
                if counts is None or not counts.begin <= recorded_at < counts.end:
                    if key is None:
                        bucket = bucket_of(columns[0])
                        key = (record.project_id, record.task_type, bucket, columns[3])
                    counts = self._of(key, recorded_at)
                counts.counts[name] += by
                if event_type == "started":
                    # The first attempt of a task that waits for others became due with their end.
                    if began_at is not None or not record.waits_for:
                        ready_at = max(record.created_at, due_at) if due_at else record.created_at
                        us = microseconds(recorded_at - ready_at)
                        counts.waiting_us += by * us
                        counts.waiting[slot_of(us)] += by
                elif event_type == "completed" and began_at is not None:
                    us = microseconds(recorded_at - began_at)
                    counts.duration_us += by * us
                    counts.duration[slot_of(us)] += by
            due_at = columns[15]
            if event_type == "started":
                began_at = recorded_at

    def store(self, connection: Connection[Any]) -> None:
        """Add them to the table, in the caller's transaction, which holds their shards."""
        rows = _with_sums(self._hours)
        self._hours.clear()
        rows = [
            {
                "project_id": project,
                "task_type": task_type,
                "bucket": bucket,
                "shard": shard,
                "hour": hour,
                **counts.columns(),
            }
            for (project, task_type, bucket, shard, hour), counts in sorted(rows.items())
            if any(counts.counts.values())
        ]
        if rows:
            connection.execute(query("store_rollups"), {"rollups": json.dumps(rows)}, prepare=True)

    def _of(self, key: _Key, at: datetime) -> _Counts:
        hours = self._hours[key]
        hour = int(at.timestamp()) // 3600
        counts = hours.get(hour)
        if counts is None:
            counts = hours[hour] = _Counts(datetime.fromtimestamp(hour * 3600, UTC))
        return counts


def count_refolded(
    rollups: Rollups,
    refolded: Iterable[Refolded],
    since: Mapping[UUID, int],
    failures: Container[UUID],
) -> None:
    """Count the events of tasks that were folded from their first one, behind the record they had.

    Args:
        since: the versions of the records they had.
        failures: tasks of which no record could be stored; their events are not counted yet.
    """
    for record, rows in refolded:
        if record.task_id not in failures:
            rollups.add(record, None, rows, since=since.get(record.task_id, 0))


def _with_sums(
    hours: Mapping[_Key, Mapping[int, _Counts]],
) -> dict[tuple[*_Key, str], _Counts]:
    """These counts, and their sums over projects, and over projects and times, by row."""
    rows: dict[tuple[*_Key, str], _Counts] = {}
    of_hours: dict[tuple[*_Key, str], _Counts] = defaultdict(lambda: _Counts(_LONG_AGO))
    of_all: dict[tuple[*_Key, str], _Counts] = defaultdict(lambda: _Counts(_LONG_AGO))
    for key, by_hour in hours.items():
        for counts in by_hour.values():
            hour = str(counts.begin)
            rows[*key, hour] = counts
            of_hours[_ALL, *key[1:], hour].add(counts)
    for key, counts in of_hours.items():
        of_all[*key[:4], _ALL_TIMES].add(counts)
    return rows | of_hours | of_all


def _name(event_type: str, data: str) -> str:
    """The measure of an event with a reason or kind; that of a comment is none of `MEASURES`."""
    found: dict[str, Any] = json.loads(data)
    return f"{event_type}_{found.get('kind' if event_type == 'noted' else 'reason')}"


def _add(to: dict[_Name, int], added: Mapping[_Name, int]) -> None:
    for name, count in added.items():
        to[name] += count


def _array(histogram: dict[int, int]) -> str:
    """A histogram as PostgreSQL writes an array that begins at its first bucket with values."""
    if not histogram:
        return "{}"
    first, last = min(histogram), max(histogram)
    values = ",".join([str(histogram.get(slot, 0)) for slot in range(first, last + 1)])
    return f"[{first}:{last}]={{{values}}}"
