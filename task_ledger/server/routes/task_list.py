"""The tasks of a project: a page of them, counted by status."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import anyio
from fastapi import Query

from task_ledger.errors import BadQuery
from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.eventlog.task_list import (
    count_by_status,
    folded_version,
    read_task_page,
)
from task_ledger.eventlog.task_order import Order, Position
from task_ledger.model.transitions import Status
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import cursor_of, position_of
from task_ledger.server.parameters import Limit, NextText, QueryText, Text, Time
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.task import task_answer
from task_ledger.server.schemas.task_list import Behind, TaskListAnswer

WAIT_S = 2.0
_LOOK_EVERY_S = 0.025

router = api_router("tasks")


@router.get("/tasks/project/{project_id}", responses=declared(404))
async def list_project_tasks(
    *,
    project_id: ProjectInReach,
    shared: Shared,
    status: Annotated[list[Status], Query(description="Matches any of these.")] = [],  # noqa: B006
    task_type: Annotated[
        list[Text], Query(max_length=50, description="Matches any of these.")
    ] = [],  # noqa: B006
    q: Annotated[
        Text | None,
        Query(
            description="Text to find in the name, type, worker, step, error or entity, or at "
            "the start of the id."
        ),
    ] = None,
    query: Annotated[
        QueryText | None,
        Query(
            description="The query language: words, and fields as in `type:ocr.* longer:5m`. See "
            "`GET /query-fields`."
        ),
    ] = None,
    since: Annotated[Time | None, Query(description="Created at this time or later.")] = None,
    task_id: Annotated[list[UUID], Query(max_length=200, description="Only these tasks.")] = [],  # noqa: B006
    order: Annotated[
        Order,
        Query(
            description="The order of the list. Ordered by end, or by duration (from first start "
            "to end), it contains ended tasks only."
        ),
    ] = Order.NEWEST,
    limit: Limit = 50,
    cursor: NextText = None,
    after: Annotated[
        str | None,
        Query(
            max_length=60,
            description="`task_id:version`, as returned when a task is enqueued: wait up to 2 s "
            "for the list to include it; see `behind`.",
        ),
    ] = None,
) -> TaskListAnswer:
    """A project's tasks, ordered by creation, end or duration. Reads the projection; `lag_s` says
    how far it is behind.

    A page filtered by `q`, or by the parts of a `query` that no index answers, examines at most
    5,000 tasks, and so does one ordered by end or duration and filtered by `status`, `task_type` or
    `since`. It may therefore be short or even empty and still have a `next`, which continues where
    it stopped. With `q`, `query` or `since`, only the newest 5,000 tasks are counted.
    """
    wanted = TaskFilter(frozenset(status), frozenset(task_type), q, since, frozenset(task_id))
    if query is not None:
        wanted = both(wanted, _parsed_query(query))
    filters = (sorted(status), sorted(task_type), q, query, since, sorted(task_id))
    scope = repr((project_id, *filters, order.value))
    position = position_of(cursor, scope) if cursor is not None else None
    behind = await _wait(shared, project_id, *_parsed(after)) if after is not None else None
    page, counts, lag = await shared.read(
        lambda connection: (
            read_task_page(
                connection, project_id, wanted, limit=limit + 1, after=position, order=order
            ),
            count_by_status(connection, project_id, wanted),
            read_lag(connection),
        )
    )
    full = len(page.tasks) > limit
    end = Position.of(page.tasks[limit - 1], order) if full else page.looked_to
    return TaskListAnswer(
        tasks=[task_answer(record) for record in page.tasks[:limit]],
        counts=counts.by_status,
        counted_since=counts.since,
        next=cursor_of(end, scope) if end else None,
        looked_to=None if full or end is None else _looked_to(end, order),
        behind=behind,
        lag_s=lag.oldest_s,
        server_time=datetime.now(UTC),
    )


def _parsed_query(query: str) -> TaskFilter:
    try:
        return task_filter(query, datetime.now(UTC))
    except BadQuery as error:
        raise ProblemError(
            400,
            "bad_query",
            f"{error}.",
            errors=[{"location": "query.query", "message": str(error)}],
            position=error.position,
        ) from error


def _parsed(after: str) -> tuple[UUID, int]:
    task_id, _, version = after.partition(":")
    if not (version.isascii() and version.isdecimal() and 0 < int(version) < 2**31):
        raise _bad_after()
    try:
        return UUID(task_id), int(version)
    except ValueError:
        raise _bad_after() from None


async def _wait(shared: Resources, project_id: str, task_id: UUID, version: int) -> Behind | None:
    folded = 0
    with anyio.move_on_after(WAIT_S):
        while True:
            folded = await shared.read(
                lambda connection: folded_version(connection, project_id, task_id)
            )
            if folded >= version:
                return None
            await anyio.sleep(_LOOK_EVERY_S)
    return Behind(task_id=task_id, version=version, folded_version=folded)


def _looked_to(end: Position, order: Order) -> datetime | int:
    key = end.key(order)
    return key if isinstance(key, datetime) else key // timedelta(milliseconds=1)


def _bad_after() -> ProblemError:
    return ProblemError(
        400,
        "invalid_request",
        "query.after must be task_id:version, as returned when a task is enqueued.",
    )
