"""Verifying that the log was not altered, by recomputing every digest from the rows.

In one snapshot of the database, this checks that each task's events match their digest chain, that
each event was legal after the previous one, and that the task's record is what they fold to; that
every timeline is numbered without gaps, in the order of each task's versions, and agrees with the
log as far as the projector has read; that tracebacks match their events; and that rollups count
what the events say. `docs/digest.md` describes what this cannot show.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from psycopg import Connection, IsolationLevel

from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.verify_fold import FoldedRows
from task_ledger.model.digest import Misfit, first_misfit
from task_ledger.model.ids import SHARDS
from task_ledger.model.timestamps import OUT_OF_RANGE

BATCH: Final = 2_000
"""Number of events fetched from the server at a time."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to verify: one task, one project's tasks, or (with neither) everything."""

    task_id: UUID | None = None
    project_id: str | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of the queries."""
        return {"task_id": self.task_id, "project_id": self.project_id}


@dataclass(frozen=True, slots=True)
class Finding:
    """A mismatch.

    Attributes:
        version: the first event of the task that does not match.
        seq: the number in the project's timeline; None for a mismatch within the log.
    """

    project_id: str
    task_id: UUID | None
    version: int | None
    seq: int | None
    reason: str


@contextmanager
def one_snapshot(connection: Connection[Any]) -> Generator[Connection[Any]]:
    """A read-only transaction on `connection` that reads from one snapshot.

    The connection must not be in a transaction or on autocommit; the transaction ends with the
    block. From then on, times that Python cannot represent are read as `timestamps.OUT_OF_RANGE`.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    read_any_time(connection)
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with ledger_errors(), connection.transaction():
        connection.execute("SET LOCAL TIME ZONE 'UTC'")
        yield connection


def closed(connection: Connection[Any], scope: Scope) -> int:
    """The number of events that cannot be verified, because their month was closed and detached."""
    with ledger_errors():
        row = connection.execute(query("verify_closed"), scope.parameters()).fetchone()
    return int(row[0]) if row else 0


def count(connection: Connection[Any], scope: Scope) -> int:
    """The number of events that `chains` will read if nothing was altered."""
    with ledger_errors():
        row = connection.execute(query("verify_count"), scope.parameters()).fetchone()
    return int(row[0]) if row else 0


def chains(
    connection: Connection[Any], scope: Scope, passed: Callable[[int], None] = lambda _: None
) -> Iterator[Finding]:
    """Yield the first mismatch of each task whose events do not match their chain or were not
    legal.

    For a task whose events match, also check that the record in the read model is what they fold
    to.

    Runs in the caller's transaction (see `one_snapshot`), through a server-side cursor: memory
    does not grow with the log.

    Args:
        passed: called with the number of events read since the last call.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    rows = _counted(_stream(connection, _EVENTS[_kind(scope)], scope), passed)
    for (bucket, task_id), group in groupby(rows, key=lambda row: (row[-2], row[0])):
        events = FoldedRows(group)
        misfit = _misfit(events, bucket) or events.misfit
        if misfit is not None:
            yield Finding(events.project_id, task_id, misfit.version, None, misfit.reason)


def timelines(connection: Connection[Any], scope: Scope) -> Iterator[Finding]:
    """Yield gaps in projects' timelines, and differences between timeline and log.

    Runs in the caller's transaction (see `one_snapshot`). Events that the projector has not
    reached yet are not expected in a timeline.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    for project_id, expected, found in _stream(connection, "verify_timeline_gaps", scope):
        yield Finding(
            project_id, None, None, expected, f"the timeline lacks {expected}; {found} follows"
        )
    for project_id, bucket, *numbers in _stream(connection, "verify_timeline_bounds", scope):
        stored, found = (
            "none" if last is None else f"{first} to {last}"
            for first, last in (numbers[:2], numbers[2:])
        )
        where = "the timeline" if bucket is None else f"the timeline's partition {bucket}"
        yield Finding(
            project_id, None, None, numbers[3], f"{where} has numbers {found}; stored are {stored}"
        )
    for task_id, version, project_id in _stream(connection, "verify_timeline_missing", scope):
        yield Finding(
            project_id, task_id, version, None, "the projector passed it without a timeline number"
        )
    for task_id, version, project_id, seq, exists in _stream(
        connection, "verify_timeline_strays", scope
    ):
        reason = (
            "the event is not the one that the timeline numbered"
            if exists
            else "the timeline numbered an event that is no longer in the log"
        )
        yield Finding(project_id, task_id, version, seq, reason)

    for task_id, version, project_id, seq, before in _stream(
        connection, "verify_timeline_order", scope
    ):
        reason = f"the timeline numbers it after version {before} of the same task"
        yield Finding(project_id, task_id, version, seq, reason)


def records(connection: Connection[Any], scope: Scope) -> Iterator[Finding]:
    """Yield records without events, and tasks whose record lacks numbered events.

    The contents of other records are compared by `chains`. Runs in the caller's transaction (see
    `one_snapshot`).

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    for task_id, project_id, version, numbered in _stream(connection, "verify_records", scope):
        reason = (
            "the read model has no record of the task"
            if version is None
            else "the read model's record has a version without an event"
            if numbered is None or version >= numbered
            else f"the read model's record lacks the events up to version {numbered}"
        )
        yield Finding(project_id, task_id, version, None, reason)


def failures(connection: Connection[Any], scope: Scope) -> Iterator[Finding]:
    """Yield groups of failures whose number of tasks is not that of the records.

    Runs in the caller's transaction (see `one_snapshot`). Compares nothing for one task.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    for project_id, fingerprint, kept, counted in _stream(connection, "verify_failures", scope):
        reason = (
            f"the group of failures {fingerprint} counts {kept or 0} tasks, the records"
            f" {counted or 0}; task-ledger rebuild recomputes it"
        )
        yield Finding(project_id, None, None, None, reason)


def rollups(connection: Connection[Any], scope: Scope) -> Iterator[Finding]:
    """Yield types of task whose hourly rollups do not count what the events say.

    Compares each shard with `task_ledger.rollups_of`, as far back as hours are kept. Runs in the
    caller's transaction (see `one_snapshot`). Compares nothing for one task or project.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    if scope != Scope():
        return
    for shard in range(SHARDS):
        with ledger_errors():
            rows = connection.execute(query("verify_rollups"), {"shard": shard}).fetchall()
        for project_id, task_type, number, first in rows:
            since = "all times" if first == OUT_OF_RANGE else f"{first:%Y-%m-%d %H:%M} UTC on"
            yield Finding(
                project_id,
                None,
                None,
                None,
                f"{number} rollups of {task_type}, of {since}, do not count what the events say;"
                " task-ledger rebuild recomputes them",
            )


def tracebacks(connection: Connection[Any], scope: Scope) -> Iterator[Finding]:
    """Yield tracebacks that were altered, belong to no event, or are missing.

    Runs in the caller's transaction (see `one_snapshot`), as a role that may read tracebacks.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    for task_id, version, project_id, exists in _stream(connection, "verify_tracebacks", scope):
        reason = (
            "its traceback is not the one whose sha256 the event has"
            if exists and project_id is not None
            else "a traceback belongs to no event"
            if exists
            else "its traceback is missing"
        )
        yield Finding(project_id or "", task_id, version, None, reason)


_EVENTS: Final = {
    "task": "verify_task_events",
    "project": "verify_project_events",
    "all": "verify_events",
}


def _kind(scope: Scope) -> str:
    if scope.task_id is not None:
        return "task"
    return "all" if scope.project_id is None else "project"


def _stream(connection: Connection[Any], name: str, scope: Scope) -> Iterator[Any]:
    with ledger_errors(), connection.cursor(name=name) as cursor:
        cursor.itersize = BATCH
        yield from cursor.execute(query(name), scope.parameters())


def _counted(rows: Iterator[Any], passed: Callable[[int], None]) -> Iterator[Any]:
    read = 0
    for row in rows:
        yield row
        read += 1
        if read == BATCH:
            passed(read)
            read = 0
    passed(read)


def _misfit(events: FoldedRows, bucket: int) -> Misfit | None:
    try:
        misfit = first_misfit(events)
    except ValueError:
        # Only an event's type and state can have values that the log would not have accepted.
        return Misfit(events.version, "its state is invalid")
    if not events.in_place:
        return Misfit(events.version, f"it is in partition {bucket}, which is not its task's")
    return misfit
