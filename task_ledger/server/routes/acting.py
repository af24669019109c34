"""Acting on one task: retrying it now, running it again, and commenting on it."""

from time import monotonic
from typing import Annotated, Final
from uuid import UUID

import anyio
from anyio import to_thread
from fastapi import Body

from task_ledger.errors import NotRetrying, TooManyNotes
from task_ledger.eventlog.actions import (
    ActionTask,
    draft_action,
    read_action_tasks,
    start_action,
)
from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.append import note, request_retry
from task_ledger.eventlog.append_result import AppendResult
from task_ledger.eventlog.read import read_task
from task_ledger.model.events import Noted, make_data
from task_ledger.model.record import TaskRecord
from task_ledger.server.auth import Operating
from task_ledger.server.authorization import TaskInReach
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.action import Because, CommentAnswer, RerunAnswer, Say
from task_ledger.server.schemas.task_list import RetryNowAnswer

router = api_router("tasks")

WAIT_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.05

_NOT_RUN_AGAIN: Final = {
    "not_ended": "The task has not ended; cancel it first.",
    "no_message": "The task's message is not kept any more, or was erased, so it cannot be run "
    "again. Register it anew where it was registered first.",
    "lacks_results": "The task takes the results of tasks before it, and one of those has none. "
    "Run that one again.",
    "too_many": "The task has reached the limit of notes.",
}


@router.post("/tasks/{task_id}/retry", status_code=202, responses=declared(403, 404, 409, 413, 422))
async def retry_task(
    task: TaskInReach,
    _: Operating,
    shared: Shared,
    because: Annotated[Because | None, Body()] = None,
) -> RetryNowAnswer:
    """End the countdown to a task's next attempt, which is then due at once. 409 if the task is in
    no countdown. Needs the role operator or admin."""
    actor = current_actor()
    wish = because or Because()

    def ask() -> tuple[str, TaskRecord]:
        with shared.reading() as connection:
            answer = request_retry(connection, task.task_id, actor, wish.reason)
            return answer.outcome, read_task(connection, task.task_id)

    try:
        outcome, record = await to_thread.run_sync(ask)
    except NotRetrying as refusal:
        raise ProblemError(409, "not_retrying", f"{refusal}.") from refusal
    if outcome == "ended":
        raise ProblemError(
            409,
            "task_ended",
            f"The task has ended with {record.status}; run it again instead.",
            task_status=record.status,
            version=record.version,
        )
    return RetryNowAnswer(
        task_id=record.task_id, outcome=outcome, status=record.status, version=record.version
    )


@router.post(
    "/tasks/{task_id}/comments", status_code=201, responses=declared(403, 404, 409, 413, 422)
)
async def comment_task(task: TaskInReach, _: Operating, shared: Shared, say: Say) -> CommentAnswer:
    """Comment on a task, in its history. Needs the role operator or admin."""
    actor = current_actor()
    data = make_data(Noted, kind="comment", message=say.message)

    def store() -> AppendResult:
        with shared.reading() as connection:
            return note(connection, task.task_id, actor, data)

    try:
        answer = await to_thread.run_sync(store)
    except TooManyNotes as refusal:
        raise ProblemError(409, "too_many_notes", f"{refusal}.") from refusal
    return CommentAnswer(task_id=task.task_id, version=answer.version)


@router.post("/tasks/{task_id}/rerun", status_code=202, responses=declared(403, 404, 409, 413, 422))
async def rerun_task(
    task: TaskInReach,
    _: Operating,
    shared: Shared,
    because: Annotated[Because | None, Body()] = None,
) -> RerunAnswer:
    """Run an ended task again: a new task, registered by the projector with the message that the
    ended one had, and with `rerun_of`. Needs the role operator or admin.

    The new task has the same arguments, metadata and entity. It has no expiry, and is no member of
    a group or chain: nothing that waited for the ended task waits for it. 409 if the task has not
    ended, or if its message is not kept any more.
    """
    actor = current_actor()
    wish = because or Because()

    def ask() -> UUID:
        with shared.reading() as connection, connection.transaction():
            action = draft_action(
                connection, "rerun", [task.task_id], actor=actor, project_id=task.project_id
            )
            start_action(connection, action, actor=actor, reason=wish.reason)
            return action

    action_id = await to_thread.run_sync(ask)
    end = monotonic() + WAIT_S
    while True:
        (done,) = await shared.read(
            lambda connection: read_action_tasks(connection, action_id, limit=1)
        )
        if done.outcome is not None or monotonic() > end:
            return _answer(done, action_id)
        await anyio.sleep(_LOOK_EVERY_S)


def _answer(done: ActionTask, action_id: UUID) -> RerunAnswer:
    if done.outcome not in {None, "done"}:
        told = _NOT_RUN_AGAIN.get(str(done.outcome)) or f"The ledger refused it: {done.detail}."
        raise ProblemError(409, str(done.outcome), told)
    if done.new_task_id is None:
        raise AssertionError("draft_action stores an id for each task to run again")
    return RerunAnswer(
        task_id=done.new_task_id,
        rerun_of=done.task_id,
        action_id=action_id,
        outcome=done.outcome or "waiting",
    )
