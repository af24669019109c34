"""The tasks of a project: a page of them, counted by status."""

from typing import Annotated
from uuid import UUID

import anyio
from fastapi import Query

from task_ledger.eventlog.task_list import folded_version
from task_ledger.eventlog.task_order import Order
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import position_of
from task_ledger.server.parameters import Limit, NextText
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.task_list import Behind, TaskListAnswer
from task_ledger.server.task_pages import WantedTasks, task_page

WAIT_S = 2.0
_LOOK_EVERY_S = 0.025

router = api_router("tasks")


@router.get("/tasks/project/{project_id}", responses=declared(404))
async def list_project_tasks(
    *,
    project_id: ProjectInReach,
    shared: Shared,
    wanted: WantedTasks,
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

    A page filtered by `q`, or by the parts of a `query` that no index serves, examines at most
    5,000 tasks, and so does one ordered by end or duration and filtered by `status`, `task_type` or
    `since`. It may therefore be short or even empty and still have a `next`, which continues where
    it stopped. With `q`, `query` or `since`, only the newest 5,000 tasks are counted.

    With `as_of`, a page examines at most 500 tasks, and so do its counts.
    """
    if after is not None and wanted.as_of is not None:
        raise ProblemError(400, "invalid_request", "Give one of after and as_of.")
    scope = repr((project_id, *wanted.told, order.value))
    position = position_of(cursor, scope) if cursor is not None else None
    behind = await _wait(shared, project_id, *_parsed(after)) if after is not None else None
    answer = await task_page(
        shared, project_id, wanted, order=order, limit=limit, after=position, scope=scope
    )
    return answer.model_copy(update={"behind": behind})


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


def _bad_after() -> ProblemError:
    return ProblemError(
        400,
        "invalid_request",
        "query.after must be task_id:version, as returned when a task is enqueued.",
    )
