"""Reading one task: its current state, or an earlier one.

Every function only reads, on the psycopg connection it is given. A task's status is decided by
`fold` alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from pydantic import TypeAdapter

from task_ledger.errors import RetiredTask, UnknownTask
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.retired import missing
from task_ledger.model.events import TaskEvent
from task_ledger.model.fold import fold_all
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import EventType, State

_RECORD: Final = TypeAdapter(TaskRecord)

# A dictionary lookup takes a fifth of the time of calling the enum class; the call gives the error
# message.
_TYPES: Final = {str(each): each for each in EventType}
_STATES: Final = {str(each): each for each in State}

NO_LIMIT: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class AsOf:
    """A task as of an earlier time.

    Attributes:
        record: folded from the events up to the requested point.
        settled: False while a transaction may still commit an event recorded before it.
    """

    record: TaskRecord
    settled: bool


def read_task(connection: Connection[Any], task_id: UUID) -> TaskRecord:
    """The task as of its last committed event, whether or not the projector has folded it yet.

    Raises:
        UnknownTask: no task has this id.
        RetiredTask: its month has left the ledger.
    """
    with ledger_errors():
        rows = connection.execute(query("task"), {"task_id": task_id}).fetchall()
    stored = rows[0][0] if rows else None
    record = record_of(stored) if stored is not None else None
    folded = fold_all(record, (event_of(row[1:]) for row in rows if row[1] is not None))
    if folded is None:
        raise missing(connection, task_id)
    return folded


def read_from_log(connection: Connection[Any], task_id: UUID) -> AsOf:
    """The task as of its last committed event, folded from the log alone.

    The read model is not used, so manipulations of it have no effect.

    Raises:
        UnknownTask: the log has no such task.
    """
    record = fold_all(None, read_events(connection, task_id))
    if record is None:
        raise missing(connection, task_id)
    return AsOf(record, settled=True)


def read_events(
    connection: Connection[Any],
    task_id: UUID,
    *,
    after: int = 0,
    up_to: int | None = None,
    as_of: datetime | None = None,
    limit: int = NO_LIMIT,
) -> list[TaskEvent]:
    """The task's events after version `after`, in order; empty for an unknown task.

    Args:
        up_to: the last version to return.
        as_of: only events recorded up to this time.
        limit: maximum number of events.
    """
    parameters = {
        "task_id": task_id,
        "after": after,
        "up_to": up_to,
        "as_of": as_of,
        "limit": limit,
    }
    with ledger_errors():
        rows = connection.execute(query("task_events"), parameters).fetchall()
    return [event_of(row) for row in rows]


def read_as_of_version(connection: Connection[Any], task_id: UUID, version: int) -> AsOf:
    """The task as of its event `version`. The result never changes.

    Raises:
        UnknownTask: the task or its version does not exist.
    """
    events = read_events(connection, task_id, up_to=version)
    _refuse_retired(connection, task_id, events)
    if not events or events[-1].version != version:
        raise UnknownTask(task_id, "unknown", f"task {task_id} has no version {version}")
    return AsOf(_folded(events), settled=True)


def read_as_of_time(connection: Connection[Any], task_id: UUID, time: datetime) -> AsOf:
    """The task as of `time`, by the events' `recorded_at`.

    Checks whether a transaction holds the task's lock before it reads the events, since that
    transaction may still commit an event recorded before `time`.

    Raises:
        UnknownTask: the task does not exist, or was registered later.
    """
    with ledger_errors():
        row = connection.execute(
            "SELECT task_ledger.unsettled(%s) OR %s >= clock_timestamp()", (task_id, time)
        ).fetchone()
    events = read_events(connection, task_id, as_of=time)
    _refuse_retired(connection, task_id, events)
    if not events:
        raise UnknownTask(task_id, "unknown", f"task {task_id} was not registered at {time}")
    return AsOf(_folded(events), settled=row is not None and not row[0])


def event_of(row: Any) -> TaskEvent:
    """An event from the columns that `{event:…}` stands for in a query."""
    (
        task_id, version, project_id, shard, feed, event_type, schema_version, actor, occurred_at,
        recorded_at, state, attempt, max_attempts, claim, cancel_requested, due_at, digest, data,
        private, salt,
    ) = row  # fmt: skip
    # By position: this runs for every event that is read.
    return TaskEvent(
        task_id, version, project_id, shard, feed, _TYPES.get(event_type) or EventType(event_type),
        schema_version, actor, occurred_at, recorded_at, _STATES.get(state) or State(state),
        attempt, max_attempts, claim, cancel_requested, due_at, bytes(digest), data,
        private, salt,
    )  # fmt: skip


def record_of(stored: dict[str, Any]) -> TaskRecord:
    """A record from a row of task_ledger.task_record read as JSON; times are in UTC."""
    return _RECORD.validate_python(stored)


def record_of_text(stored: str) -> TaskRecord:
    """A record from a row of task_ledger.task_record read as JSON text."""
    return _RECORD.validate_json(stored)


def _refuse_retired(connection: Connection[Any], task_id: UUID, events: list[TaskEvent]) -> None:
    if not events and isinstance(error := missing(connection, task_id), RetiredTask):
        raise error


def _folded(events: list[TaskEvent]) -> TaskRecord:
    record = fold_all(None, events)
    if record is None:
        raise AssertionError("events fold to a record")
    return record
