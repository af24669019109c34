"""One task: its current or an earlier state, its events, and cancelling it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import Body, Header, Query, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field

from task_ledger.errors import NotTerminable, UnknownTask
from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.append import request_cancel
from task_ledger.eventlog.read import (
    AsOf,
    read_as_of_time,
    read_as_of_version,
    read_events,
    read_from_log,
    read_task,
)
from task_ledger.eventlog.usual_durations import RUNNING, read_usual, usual_of
from task_ledger.eventlog.waits import Wait, read_waits
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import TERMINAL, State
from task_ledger.server.auth import Caller, Operating
from task_ledger.server.authorization import HistoryInReach, TaskInReach, checked, task_in_reach
from task_ledger.server.etags import etag_of, matches
from task_ledger.server.page_bytes import first_of
from task_ledger.server.parameters import Limit, Text, Time, Version
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.event import EventsAnswer, event_answer
from task_ledger.server.schemas.task import TaskAnswer, task_answer
from task_ledger.server.schemas.task_list import CancelAnswer

router = api_router("tasks")

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The task still has the version in If-None-Match."}
}


@router.get(
    "/tasks/{task_id}", response_model=TaskAnswer, responses=NOT_MODIFIED | declared(404, 410)
)
async def get_task(
    *,
    task_id: UUID,
    identity: Caller,
    shared: Shared,
    response: Response,
    as_of_version: Annotated[
        Version | None, Query(description="The task as of exactly this version.")
    ] = None,
    as_of: Annotated[
        Time | None, Query(description="The task as of this time; see `settled`.")
    ] = None,
    wait_s: Annotated[
        float,
        Query(
            ge=0,
            le=30,
            allow_inf_nan=False,
            description="Seconds to wait for a version other than the one in If-None-Match, or "
            "other than the current one if that header is missing. An ended task is returned at "
            "once.",
        ),
    ] = 0,
    source: Annotated[
        Literal["record", "log"],
        Query(description="`log`: fold the events alone and ignore the read model."),
    ] = "record",
    if_none_match: Annotated[str | None, Header()] = None,
) -> TaskAnswer | Response:
    """One task as of its last committed event, or of an earlier version or time."""
    from_log = source == "log"
    if sum((as_of_version is not None, as_of is not None, wait_s > 0, from_log)) > 1:
        detail = "Give one of as_of_version, as_of, wait_s and source=log."
        raise ProblemError(400, "invalid_request", detail)
    settled: bool | None = None
    wait: Wait | None = None
    if from_log:
        was = await shared.read(lambda connection: read_from_log(connection, task_id))
        record = checked(was.record, identity)
    elif as_of_version is not None or as_of is not None:
        try:
            was = await shared.read(
                lambda connection: _was(connection, task_id, as_of_version, as_of)
            )
        except UnknownTask as error:
            now = await task_in_reach(task_id, identity, shared)
            raise _not_yet(now, as_of_version) from error
        record, settled = checked(was.record, identity), was.settled
    else:
        record = await task_in_reach(task_id, identity, shared)
        wait = await _waiting(shared, record)
        if wait_s and await _changes(shared, record, wait, if_none_match, wait_s):
            record = await shared.read(lambda connection: read_task(connection, task_id))
            wait = await _waiting(shared, record)
    etag = etag_of(record, settled, wait)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if matches(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    as_it_is = settled is None and not from_log
    if as_it_is and record.state in RUNNING:
        known = await shared.read(lambda connection: read_usual(connection, [record]))
        return task_answer(record, usual=usual_of(record, known))
    return task_answer(record, settled, wait)


def _was(
    connection: Connection[Any], task_id: UUID, version: int | None, time: datetime | None
) -> AsOf:
    if version is not None:
        return read_as_of_version(connection, task_id, version)
    if time is None:
        raise AssertionError("a version or a time was given")
    return read_as_of_time(connection, task_id, time)


def _not_yet(now: TaskRecord, version: int | None) -> ProblemError:
    detail = f"The task was registered later, at {now.created_at.isoformat()}."
    if version is not None:
        detail = f"The task has no version {version}; its last is {now.version}."
    return ProblemError(404, "not_found", detail)


async def _waiting(shared: Resources, record: TaskRecord) -> Wait | None:
    if record.state not in (State.REGISTERED, State.RETRYING):
        return None
    waits = await shared.read(lambda connection: read_waits(connection, [record]))
    return waits.get(record.task_id)


async def _changes(
    shared: Resources, record: TaskRecord, wait: Wait | None, known: str | None, wait_s: float
) -> bool:
    """Whether the task may change from what the caller knows; returns when it may have."""
    if record.state in TERMINAL:
        return False
    if known is not None and not matches(known, etag_of(record, wait=wait)):
        return False
    await shared.watch.changed(record.task_id, record.version, wait_s)
    return True


@router.get("/tasks/{task_id}/events", responses=declared(404, 410))
async def list_events(
    task_id: HistoryInReach,
    shared: Shared,
    limit: Limit = 100,
    after: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="Return events after this version.")
    ] = 0,
) -> EventsAnswer:
    """A task's events, oldest first. A page of large ones ends after 1 MiB of their data."""
    found = await shared.read(
        lambda connection: read_events(connection, task_id, after=after, limit=limit + 1)
    )
    events = first_of(found, lambda event: event, limit=limit)
    return EventsAnswer(
        events=[event_answer(event) for event in events],
        next=events[-1].version if len(found) > len(events) else None,
    )


class Cancel(BaseModel):
    """The reason and the way to cancel a task."""

    model_config = ConfigDict(extra="forbid")

    reason: Text | None = None
    terminate: bool = Field(
        default=False,
        description="Kill the process of the running attempt, whatever its body is doing. 409 if "
        "its worker cannot do so; only prefork pools can.",
    )


@router.post(
    "/tasks/{task_id}/cancel",
    status_code=202,
    responses=declared(403, 404, 409, 410, 408, 413, 422),
)
async def cancel_task(
    task: TaskInReach,
    _: Operating,
    shared: Shared,
    cancel: Annotated[Cancel | None, Body()] = None,
) -> CancelAnswer:
    """Cancel a task. It will never end in SUCCESS; if it is not running, it ends at once. Needs the
    role operator or admin."""
    actor = current_actor()
    wish = cancel or Cancel()

    def ask() -> tuple[str, TaskRecord]:
        with shared.reading() as connection:
            answer = request_cancel(
                connection, task.task_id, actor, wish.reason, terminate=wish.terminate
            )
            return answer.outcome, read_task(connection, task.task_id)

    try:
        outcome, record = await to_thread.run_sync(ask)
    except NotTerminable as refusal:
        raise ProblemError(409, "not_terminable", str(refusal)) from refusal
    if outcome == "ended":
        raise ProblemError(
            409,
            "task_ended",
            f"The task has ended with {record.status}; there is nothing to cancel.",
            task_status=record.status,
            version=record.version,
        )
    return CancelAnswer(
        task_id=record.task_id, outcome=outcome, status=record.status, version=record.version
    )
