"""Actions as the API stores them, and what became of their tasks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.actions import ActionKind, draft_action, start_action
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.read import read_events
from task_ledger.model.events import Failed, Retrying
from task_ledger.model.transitions import FailureReason, RetryReason
from tests.task_ledger.projector.log import start
from tests.task_ledger.projector.outbox import enqueue


def failed(writer: Connection[Any], *more: Any) -> UUID:
    """A task with a message that has failed."""
    task_id = enqueue(writer, *more)
    claim = start(writer, task_id)
    append(writer, Append(task_id, claim, 1, "w", Failed(reason=FailureReason.ERROR, message="no")))
    return task_id


def counting_down(writer: Connection[Any], seconds: float = 3600.0) -> UUID:
    """A task whose second attempt is due in so many seconds; its first message was published."""
    task_id = enqueue(writer)
    writer.execute("DELETE FROM task_ledger.outbox WHERE task_id = %s", (task_id,))
    claim = start(writer, task_id)
    data = Retrying(reason=RetryReason.ERROR, countdown_s=seconds)
    append(writer, Append(task_id, claim, 1, "w", data))
    return task_id


def started(
    writer: Connection[Any],
    kind: ActionKind,
    tasks: Sequence[UUID],
    reason: str | None = "tried",
    **more: Any,
) -> UUID:
    """A started action on these tasks."""
    action = draft_action(writer, kind, tasks, actor="alice", **more)
    assert start_action(writer, action, actor="alice", reason=reason)
    return action


def outcomes(writer: Connection[Any], action: UUID) -> list[str | None]:
    """What became of the action's tasks, in their order."""
    rows = writer.execute(
        "SELECT outcome FROM task_ledger.action_task WHERE action_id = %s ORDER BY position",
        (action,),
    )
    return [row[0] for row in rows.fetchall()]


def reruns(writer: Connection[Any], task_id: UUID) -> list[UUID]:
    """The tasks that this one was run again as, by the log."""
    rows = writer.execute(
        "SELECT task_id FROM task_ledger.task_event WHERE version = 1 AND data ->> 'rerun_of' = %s",
        (str(task_id),),
    )
    return [row[0] for row in rows.fetchall()]


def types(writer: Connection[Any], task_id: UUID) -> list[str]:
    """The types of a task's events."""
    return [str(event.type) for event in read_events(writer, task_id)]
