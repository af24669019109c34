"""The tasks of all projects that the caller may see."""

from typing import Annotated, Literal

from fastapi import Query

from task_ledger.eventlog.task_order import Order
from task_ledger.server.auth import Caller
from task_ledger.server.cursors import position_of
from task_ledger.server.parameters import Limit, NextText
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.task_list import TaskListAnswer
from task_ledger.server.task_pages import WantedTasks, task_page

router = api_router("tasks")


@router.get("/tasks")
async def list_tasks(
    *,
    identity: Caller,
    shared: Shared,
    wanted: WantedTasks,
    order: Annotated[
        Literal["newest", "oldest"], Query(description="Which tasks come first.")
    ] = "newest",
    limit: Limit = 50,
    cursor: NextText = None,
) -> TaskListAnswer:
    """The tasks of all projects that the caller may see, ordered by creation. Reads the
    projection; `lag_s` says how far it is behind.

    A page filtered by `q`, or by the parts of a `query` that no index serves, examines at most
    5,000 tasks; so does one filtered by `task_type`, unless the token names its projects. It may
    therefore be short or even empty and still have a `next`, which continues where it stopped. With
    `q`, `query` or `since`, only the newest 5,000 tasks are counted.

    With `as_of`, a page examines at most 500 tasks, and so do its counts.
    """
    reach = identity.projects
    # A cursor is a position in the order, which stays valid with another reach.
    scope = repr(("all projects", *wanted.told, order))
    position = position_of(cursor, scope) if cursor is not None else None
    return await task_page(
        shared, reach, wanted, order=Order(order), limit=limit, after=position, scope=scope
    )
