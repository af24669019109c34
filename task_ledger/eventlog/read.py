"""Reading one task: always fresh, or as it was.

Every function reads on the psycopg connection it is given and writes nothing. What a task's
status is, is decided by `fold` alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from pydantic import TypeAdapter

from task_ledger.errors import UnknownTask
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.events import TaskEvent
from task_ledger.model.fold import fold_all
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import EventType, State

_RECORD: Final = TypeAdapter(TaskRecord)

# A look-up takes a fifth of the time of a call of the class; the call says what is wrong.
_TYPES: Final = {str(each): each for each in EventType}
_STATES: Final = {str(each): each for each in State}

NO_LIMIT: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class AsOf:
    """A task as it was.

    Attributes:
        record: folded from the events up to the point that was asked for.
        settled: False while some transaction may still commit an event recorded before it.
    """

    record: TaskRecord
    settled: bool


def read_task(connection: Connection[Any], task_id: UUID) -> TaskRecord:
    """The task at its last committed event, whether or not the projector has seen it yet.

    Raises:
        UnknownTask: there is no such task.
    """
    with ledger_errors():
        rows = connection.execute(query("task"), {"task_id": task_id}).fetchall()
    stored = rows[0][0] if rows else None
    record = record_of(stored) if stored is not None else None
    folded = fold_all(record, (event_of(row[1:]) for row in rows if row[1] is not None))
    if folded is None:
        raise unknown(task_id)
    return folded


def read_from_log(connection: Connection[Any], task_id: UUID) -> AsOf:
    """The task at its last committed event, folded from the log alone.

    What somebody wrote into the read model does not show in it.

    Raises:
        UnknownTask: there is no such task in the log.
    """
    return AsOf(_folded(task_id, read_events(connection, task_id)), settled=True)


def read_events(
    connection: Connection[Any],
    task_id: UUID,
    *,
    after: int = 0,
    up_to: int | None = None,
    as_of: datetime | None = None,
    limit: int = NO_LIMIT,
) -> list[TaskEvent]:
    """The task's events behind version `after`, in order; empty for an unknown task.

    Args:
        up_to: the last version wanted.
        as_of: only events recorded up to this time.
        limit: how many at most.
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
    """The task as of its event `version`. Exact, for ever.

    Raises:
        UnknownTask: there is no such task, or it has no such version yet.
    """
    events = read_events(connection, task_id, up_to=version)
    if not events or events[-1].version != version:
        raise UnknownTask(task_id, "unknown", f"task {task_id} has no version {version}")
    return AsOf(_folded(task_id, events), settled=True)


def read_as_of_time(connection: Connection[Any], task_id: UUID, time: datetime) -> AsOf:
    """The task as of `time`, by the times at which the database recorded its events.

    Asks whether a transaction holds the task before it reads the events, on purpose: whoever
    holds it then may still commit an event recorded before `time`.

    Raises:
        UnknownTask: there is no such task, or it was registered later.
    """
    with ledger_errors():
        row = connection.execute(
            "SELECT task_ledger.unsettled(%s) OR %s >= clock_timestamp()", (task_id, time)
        ).fetchone()
    events = read_events(connection, task_id, as_of=time)
    if not events:
        raise UnknownTask(task_id, "unknown", f"task {task_id} was not registered at {time}")
    return AsOf(_folded(task_id, events), settled=row is not None and not row[0])


def event_of(row: Any) -> TaskEvent:
    """The columns that `{event:…}` stands for in a query, as an event."""
    (
        task_id, version, project_id, shard, feed, event_type, schema_version, actor, occurred_at,
        recorded_at, state, attempt, max_attempts, claim, cancel_requested, due_at, digest, data,
    ) = row  # fmt: skip
    return TaskEvent(
        task_id=task_id,
        version=version,
        project_id=project_id,
        shard=shard,
        feed=feed,
        type=_TYPES.get(event_type) or EventType(event_type),
        schema_version=schema_version,
        actor=actor,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        state=_STATES.get(state) or State(state),
        attempt=attempt,
        max_attempts=max_attempts,
        claim=claim,
        cancel_requested=cancel_requested,
        due_at=due_at,
        digest=bytes(digest),
        data_text=data,
    )


def record_of(stored: dict[str, Any]) -> TaskRecord:
    """A row of task_ledger.task_record that was read as JSON; times come out in UTC."""
    return _RECORD.validate_python(stored)


def record_of_text(stored: str) -> TaskRecord:
    """A row of task_ledger.task_record that was read as the text of its JSON."""
    return _RECORD.validate_json(stored)


def unknown(task_id: UUID) -> UnknownTask:
    """The error for an id that no task has."""
    return UnknownTask(task_id, "unknown", f"task {task_id} is not in the ledger; check the id")


def utc(time: datetime) -> datetime:
    """`time` in UTC."""
    return time.astimezone(UTC)


def _folded(task_id: UUID, events: list[TaskEvent]) -> TaskRecord:
    record = fold_all(None, events)
    if record is None:
        raise unknown(task_id)
    return record
