"""The ledger's SQL functions as tests call them, and tasks brought to any state."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection

from task_ledger.eventlog.append_result import AppendResult, result_from_row
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import State

DATA = {
    "registered": '{"task_type":"page.ocr","name":"Read page A-101"}',
    "started": '{"worker":"w1","host":"h1","pid":7}',
    "progress": '{"percent":10.0,"step":"read"}',
    "retrying": '{"reason":"error","countdown_s":0.0}',
    "completed": '{"result":1}',
    "failed": '{"reason":"error","message":"it broke"}',
    "cancel_requested": "{}",
    "noted": '{"kind":"comment","message":"seen"}',
    "retry_requested": "{}",
}
CANCELLED = '{"reason":"cancelled"}'


@dataclass
class Task:
    """A task in the log, and who holds it."""

    id: UUID
    claim: UUID | None = None
    attempt: int = 0


def call(connection: Connection[Any], function: str, **arguments: Any) -> AppendResult:
    """Call `ledger.<function>` with named arguments and read its answer."""
    named = ", ".join(f"{name} => %({name})s" for name in arguments)
    query = f"SELECT * FROM task_ledger.{function}({named})"
    return result_from_row(connection.execute(query, arguments).fetchone())  # pyright: ignore[reportArgumentType, reportCallIssue]


def register(
    connection: Connection[Any], task_id: UUID | None = None, **changed: Any
) -> AppendResult:
    """Register a task, with anything about it changed."""
    arguments: dict[str, Any] = {
        "p_task_id": task_id or new_task_id(),
        "p_project_id": "P-1",
        "p_actor": "tester",
        "p_occurred_at": datetime.now(UTC),
        "p_data": DATA["registered"],
        "p_schema_version": 1,
        "p_max_attempts": None,
        "p_due_at": None,
    }
    return call(connection, "register", **(arguments | changed))


def append(
    connection: Connection[Any], task: Task, event_type: str, **changed: Any
) -> AppendResult:
    """Append a worker's event with the task's claim, with anything about it changed.

    Without a claim it is for the attempt that the task waits for.
    """
    arguments: dict[str, Any] = {
        "p_task_id": task.id,
        "p_type": event_type,
        "p_claim": task.claim,
        "p_attempt": task.attempt if task.claim else task.attempt + 1,
        "p_actor": "w1",
        "p_occurred_at": datetime.now(UTC),
        "p_data": DATA[event_type],
        "p_schema_version": 1,
        "p_due_at": datetime.now(UTC) - timedelta(1) if event_type == "retrying" else None,
    }
    return call(connection, "append", **(arguments | changed))


def start(connection: Connection[Any], task: Task) -> Task:
    """Start the task's next attempt under a new claim."""
    task.claim, task.attempt = uuid4(), task.attempt + 1
    assert append(connection, task, "started").outcome == "appended"
    return task


def request_cancel(connection: Connection[Any], task: Task, actor: str = "boss") -> AppendResult:
    """Ask for the task to be cancelled."""
    return call(
        connection,
        "request_cancel",
        p_task_id=task.id,
        p_actor=actor,
        p_occurred_at=datetime.now(UTC),
        p_data=DATA["cancel_requested"],
        p_schema_version=1,
    )


def request_retry(connection: Connection[Any], task: Task, actor: str = "boss") -> AppendResult:
    """Ask for the countdown to the next attempt to end."""
    return call(
        connection,
        "request_retry",
        p_task_id=task.id,
        p_actor=actor,
        p_occurred_at=datetime.now(UTC),
        p_data=DATA["retry_requested"],
        p_schema_version=1,
    )


def note(connection: Connection[Any], task: Task, **changed: Any) -> AppendResult:
    """Note a comment."""
    arguments: dict[str, Any] = {
        "p_task_id": task.id,
        "p_actor": "reader",
        "p_occurred_at": datetime.now(UTC),
        "p_data": DATA["noted"],
        "p_schema_version": 1,
    }
    return call(connection, "note", **(arguments | changed))


def task_in(
    connection: Connection[Any],
    state: State,
    countdown: timedelta = timedelta(days=-1),
    **registration: Any,
) -> Task:
    """A new task whose lifecycle stands at `state`; in RETRYING, due after `countdown`."""
    task = Task(new_task_id())
    assert register(connection, task.id, **registration).outcome == "appended"
    if state is State.REGISTERED:
        return task
    start(connection, task)
    if state is not State.STARTED:
        due_at = datetime.now(UTC) + countdown if state is State.RETRYING else None
        assert append(connection, task, str(state), p_due_at=due_at).outcome == "appended"
    if state is State.RETRYING:
        task.claim = None
    return task


def feed_heads(connection: Connection[Any]) -> list[int]:
    """The highest number taken in each feed."""
    return [row[0] for row in connection.execute("SELECT head FROM task_ledger.feed_heads()")]
