"""Tasks with a history, written through the ledger's own functions."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.append import Append, append
from task_ledger.model.events import (
    Completed,
    EventData,
    Failed,
    Progress,
    Registered,
    Retrying,
    Started,
    make_data,
)
from task_ledger.model.ids import new_claim, new_task_id

STARTED = make_data(Started, worker="celery@one", host="one", pid=1, queue="default")


def registered(
    connection: Connection[Any],
    project_id: str,
    *,
    name: str = "Read the drawing",
    actor: str = "anna",
    due_at: datetime | None = None,
) -> UUID:
    """A task that is registered and no more; commits nothing."""
    task_id = new_task_id()
    data = make_data(Registered, task_type="demo", name=name)
    connection.execute(
        "SELECT task_ledger.register(%s, %s, %s, %s, %s::json, 1, 3, %s)",
        (task_id, project_id, actor, datetime.now(UTC), data.to_json(), due_at),
    )
    return task_id


def attempted(
    connection: Connection[Any],
    task_id: UUID,
    *events: EventData,
    traceback: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """A first attempt at the task that says `events`; the traceback goes with the last one."""
    claim = new_claim()
    append(connection, Append(task_id, claim, 1, "celery@one", STARTED))
    for number, data in enumerate(events, start=1):
        last = number == len(events)
        append(
            connection,
            Append(
                task_id,
                claim,
                1,
                "celery@one",
                data,
                due_at=due_at if last else None,
                traceback=traceback if last else None,
            ),
        )


def fold_all_tasks(connection: Connection[Any]) -> None:
    """Fold every task into the read model, as a projector that has read everything does."""
    from task_ledger.eventlog.read import read_task
    from task_ledger.projector.records import store_records

    ids = connection.execute("SELECT DISTINCT task_id FROM task_ledger.task_event").fetchall()
    store_records(connection, [read_task(connection, task_id) for (task_id,) in ids])


def completed(connection: Connection[Any], project_id: str) -> UUID:
    """A task of four events: registered, started, progress, completed."""
    task_id = registered(connection, project_id)
    attempted(
        connection,
        task_id,
        make_data(Progress, percent=50, step="Reading"),
        make_data(Completed, result={"pages": 2}),
    )
    return task_id


def failed(connection: Connection[Any], project_id: str, traceback: str) -> UUID:
    """A task of three events, the last one failed with a traceback."""
    task_id = registered(connection, project_id)
    error = {
        "type": "ValueError",
        "message": "no such sheet",
        "traceback_sha256": sha256(traceback.encode()).hexdigest(),
    }
    attempted(
        connection,
        task_id,
        make_data(Failed, reason="error", message="no such sheet", error=error),
        traceback=traceback,
    )
    return task_id


def retrying(connection: Connection[Any], project_id: str, due_at: datetime) -> UUID:
    """A task of three events that waits for its second attempt."""
    task_id = registered(connection, project_id)
    error = {"type": "TimeoutError", "message": "too slow"}
    attempted(
        connection,
        task_id,
        make_data(Retrying, reason="error", error=error, countdown_s=60),
        due_at=due_at,
    )
    return task_id
