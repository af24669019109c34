"""Proving that the log is what was written: every digest again, from the rows alone.

Three things are checked, in one snapshot of the database: that each task's events fit their
digest chain, that every timeline is numbered without gaps, and that timeline and log agree up to
where the projector has read. `docs/digest.md` says what this cannot show.
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
from task_ledger.eventlog.read import event_of
from task_ledger.model.digest import Misfit, first_misfit
from task_ledger.model.events import TaskEvent

BATCH: Final = 2_000
"""Events that are fetched from the server at a time."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is verified: one task, or one project's tasks, or (with neither) everything."""

    task_id: UUID | None = None
    project_id: str | None = None

    def parameters(self) -> dict[str, Any]:
        """As the queries take them."""
        return {"task_id": self.task_id, "project_id": self.project_id}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit.

    Attributes:
        version: the first event of the task that does not fit.
        seq: the number in the project's timeline; None for what the log alone shows.
    """

    project_id: str
    task_id: UUID | None
    version: int | None
    seq: int | None
    reason: str


@contextmanager
def one_snapshot(connection: Connection[Any]) -> Generator[Connection[Any]]:
    """A read-only transaction on `connection` in which everything that is read is of one moment.

    The connection must not be in a transaction and not on autocommit; the transaction ends with
    the block. Times that Python cannot hold are read as `timestamps.OUT_OF_RANGE` from then on.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    read_any_time(connection)
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with ledger_errors(), connection.transaction():
        connection.execute("SET LOCAL TIME ZONE 'UTC'")
        yield connection


def count(connection: Connection[Any], scope: Scope) -> int:
    """How many events `chains` will read, if nothing is altered."""
    with ledger_errors():
        row = connection.execute(query("verify_count"), scope.parameters()).fetchone()
    return int(row[0]) if row else 0


def chains(
    connection: Connection[Any], scope: Scope, passed: Callable[[int], None] = lambda _: None
) -> Iterator[Finding]:
    """The first misfit of each task whose events do not fit their chain.

    Runs in the caller's transaction (see `one_snapshot`), through a server-side cursor: memory
    does not grow with the log.

    Args:
        passed: called with the number of events read since it was called last.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    rows = _counted(_stream(connection, _EVENTS[_kind(scope)], scope), passed)
    for (bucket, task_id), group in groupby(rows, key=lambda row: (row[-2], row[0])):
        events = _Rows(group)
        misfit = _misfit(events, bucket)
        if misfit is not None:
            yield Finding(events.project_id, task_id, misfit.version, None, misfit.reason)


def timelines(connection: Connection[Any], scope: Scope) -> Iterator[Finding]:
    """Where a project's timeline has a gap, or timeline and log do not agree.

    Runs in the caller's transaction (see `one_snapshot`). Events that the projector has not
    reached yet are not expected in a timeline.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    for project_id, expected, found in _stream(connection, "verify_timeline_gaps", scope):
        yield Finding(
            project_id, None, None, expected, f"the timeline lacks {expected}; {found} follows"
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


class _Rows:
    """One task's rows as events, remembering which one was read last."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self.version = 0
        self.project_id = ""
        self.in_place = True

    def __iter__(self) -> Iterator[TaskEvent]:
        for row in self._rows:
            self.version, self.in_place = row[1], row[-1]
            self.project_id = self.project_id or row[2]
            yield event_of(row[:-2])


def _misfit(events: _Rows, bucket: int) -> Misfit | None:
    try:
        misfit = first_misfit(events)
    except ValueError:
        # Only an event's type and state have values that the log could not have been given.
        return Misfit(events.version, "its state is none that a task can have")
    if not events.in_place:
        return Misfit(events.version, f"it lies in partition {bucket}, which is not its task's")
    return misfit
