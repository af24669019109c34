"""Queues: what waits in them, their workers, pausing them."""

from datetime import UTC, datetime
from typing import Annotated

from anyio import to_thread
from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from task_ledger.access import Identity
from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.queues import MAX_REASON, pause_queue, read_queues, resume_queue
from task_ledger.eventlog.task_reach import Reach
from task_ledger.server.auth import Caller, Operating
from task_ledger.server.parameters import plain
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.queue import QueueAnswer, QueuesAnswer

router = api_router("queues")

QueueName = Annotated[str, Path(min_length=1, max_length=200), AfterValidator(plain)]


class Why(BaseModel):
    """Why a queue is paused or resumed."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON), AfterValidator(plain)]


@router.get("/queues")
async def list_queues(identity: Caller, shared: Shared) -> QueuesAnswer:
    """The queues, by name, at most 500. For a token that reaches all projects: every queue in which
    something waits, that a living worker consumes, or that is paused. For any other: the queues
    in which a task of its projects waits, with these tasks alone. Reads the projection; in each
    queue, at most 1,000 tasks are counted."""
    return await _all(shared, identity.projects)


@router.post("/queues/{queue:any_text}/pause", responses=declared(403, 408, 409, 413, 422))
async def pause(queue: QueueName, why: Why, identity: Operating, shared: Shared) -> QueuesAnswer:
    """Pause a queue: messages to it wait in the outbox until it is resumed. Those that the broker
    has already are not held. Recorded in the access log. Needs the role operator or admin, and a
    token that reaches all projects."""
    _check_reach(identity)
    actor = current_actor()

    def change() -> bool:
        with shared.reading() as connection:
            return pause_queue(connection, queue, actor=actor, reason=why.reason)

    if not await to_thread.run_sync(change):
        raise ProblemError(409, "unchanged", "The queue is already paused.")
    return await _all(shared, None)


@router.post("/queues/{queue:any_text}/resume", responses=declared(403, 408, 409, 413, 422))
async def resume(queue: QueueName, why: Why, identity: Operating, shared: Shared) -> QueuesAnswer:
    """Resume a paused queue: what waits for it in the outbox is published. Recorded in the access
    log. Needs the role operator or admin, and a token that reaches all projects."""
    _check_reach(identity)
    actor = current_actor()

    def change() -> bool:
        with shared.reading() as connection:
            return resume_queue(connection, queue, actor=actor, reason=why.reason)

    if not await to_thread.run_sync(change):
        raise ProblemError(409, "unchanged", "The queue is not paused.")
    return await _all(shared, None)


async def _all(shared: Resources, reach: Reach) -> QueuesAnswer:
    found, lag = await shared.read(
        lambda connection: (read_queues(connection, reach), read_lag(connection))
    )
    return QueuesAnswer(
        queues=[QueueAnswer.model_validate(state) for state in found],
        lag_s=lag.oldest_s,
        server_time=datetime.now(UTC),
    )


def _check_reach(identity: Identity) -> None:
    if identity.projects is not None:
        raise ProblemError(
            403,
            "projects",
            "A queue has tasks of all projects: pausing it needs a token that reaches all of them.",
        )
