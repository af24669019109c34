"""Pages of tasks of one, several or all projects: filter parameters and responses."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Query
from psycopg import Connection

from task_ledger.errors import BadQuery
from task_ledger.eventlog.lag import Lag, read_lag
from task_ledger.eventlog.past_tasks import count_past_by_status, read_past_page
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.eventlog.task_list import StatusCounts, TaskPage, count_by_status, read_task_page
from task_ledger.eventlog.task_order import Order, Position
from task_ledger.eventlog.task_reach import Reach
from task_ledger.eventlog.tree_state import TreeState, read_tree_states
from task_ledger.eventlog.usual_durations import Type, UsualDuration, read_usual, usual_of
from task_ledger.eventlog.waits import Wait, read_waits
from task_ledger.model.timestamps import EARLIEST
from task_ledger.model.transitions import State, Status
from task_ledger.server.cursors import cursor_of
from task_ledger.server.parameters import QueryText, Text, Time
from task_ledger.server.problems import ProblemError, bad_query
from task_ledger.server.resources import Resources
from task_ledger.server.schemas.task import task_answer
from task_ledger.server.schemas.task_list import TaskListAnswer

Usual = dict[Type, UsualDuration]
Trees = dict[UUID, TreeState]

MOST_TREES: Final = 100
"""Trees of one page at most: each reads several hundred tasks."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The tasks that a request asks for.

    Attributes:
        tasks: the filter.
        trees: whether to list trees: first tasks only, each with the state of its tree.
        told: the parameters as text, which a cursor is bound to.
        as_of: the time as of which tasks are filtered and returned; None for the present.
    """

    tasks: TaskFilter
    trees: bool
    told: tuple[object, ...]
    as_of: datetime | None = None


async def _wanted(
    *,
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
    as_of: Annotated[
        Time | None,
        Query(
            description="The list as it was at this time in the past, newest first: each task is "
            "folded from its events recorded up to then, and filters apply to that state."
        ),
    ] = None,
    trees: Annotated[
        bool,
        Query(
            description="List trees of work: only their first tasks, each with `tree`. The other "
            "parameters are about these first tasks. At most 100 a page."
        ),
    ] = False,
) -> Wanted:
    """The tasks that match all given parameters.

    Raises:
        ProblemError: 400, the query is invalid (the problem says where and why), or `as_of` is in
            the future, before the first time that an event can have, or comes with `trees`.
    """
    if as_of is not None and trees:
        raise ProblemError(400, "invalid_request", "Give one of as_of and trees.")
    if as_of is not None and as_of > datetime.now(UTC):
        raise ProblemError(400, "invalid_request", "query.as_of is in the future. Leave it out.")
    # A time relative to it must be one, too: `after:2h`.
    if as_of is not None and as_of < EARLIEST:
        raise ProblemError(400, "invalid_request", "query.as_of must be in the year 2000 or later.")
    tasks = TaskFilter(frozenset(status), frozenset(task_type), q, since, frozenset(task_id))
    if query is not None:
        tasks = both(tasks, parsed_query(query, as_of))
    if trees:
        tasks = both(tasks, TaskFilter(roots=True))
    told = (sorted(status), sorted(task_type), q, query, since, sorted(task_id), trees, as_of)
    return Wanted(tasks, trees, told, as_of)


WantedTasks = Annotated[Wanted, Depends(_wanted)]
"""The filters of a list of tasks, as query parameters."""


def parsed_query(query: str, now: datetime | None = None) -> TaskFilter:
    """Parse a query into a filter.

    Args:
        now: the time that `2h` ago is relative to; None for the present.

    Raises:
        ProblemError: 400, the query is invalid; the problem says where and why.
    """
    try:
        return task_filter(query, now or datetime.now(UTC))
    except BadQuery as error:
        raise bad_query(error) from error


async def task_page(
    shared: Resources,
    reach: Reach,
    wanted: Wanted,
    *,
    order: Order,
    limit: int,
    after: Position | None,
    scope: str,
) -> TaskListAnswer:
    """A page of the reached projects' tasks with what they wait for, counts and lag, each read by
    one statement; or as of an earlier time, without what they wait for.

    Args:
        after: the end of the previous page.
        scope: what the next page's cursor is bound to.

    Raises:
        ProblemError: 400, the list as of an earlier time is wanted in another order than the newest
            first.
    """
    if wanted.as_of is not None and order is not Order.NEWEST:
        detail = "A list with as_of is ordered by creation, newest first. Leave out order."
        raise ProblemError(400, "invalid_request", detail)
    tasks = wanted.tasks

    limit = min(limit, MOST_TREES) if wanted.trees else limit

    def read(connection: Connection[Any]) -> tuple[TaskPage, StatusCounts, Lag, Usual, Trees]:
        lag = read_lag(connection)
        if (at := wanted.as_of) is not None:
            page = read_past_page(connection, reach, tasks, at, limit=limit + 1, after=after)
            return page, count_past_by_status(connection, reach, tasks, at), lag, {}, {}
        page = read_task_page(connection, reach, tasks, limit=limit + 1, after=after, order=order)
        return (
            page,
            count_by_status(connection, reach, tasks),
            lag,
            read_usual(connection, page.tasks),
            read_tree_states(connection, page.tasks[:limit]) if wanted.trees else {},
        )

    (page, counts, lag, usual, trees), late_s = await shared.read_late(read)
    # On a replica, the leases of living workers may seem to have expired.
    waiting = [task for task in page.tasks if task.state in (State.REGISTERED, State.RETRYING)]
    waits: dict[UUID, Wait] = {}
    if waiting and wanted.as_of is None:
        waits = await shared.read(lambda connection: read_waits(connection, waiting))
    full = len(page.tasks) > limit
    end = Position.of(page.tasks[limit - 1], order) if full else page.looked_to
    return TaskListAnswer(
        tasks=[
            task_answer(
                record,
                wait=waits.get(record.task_id),
                usual=usual_of(record, usual),
                tree=trees.get(record.task_id),
            )
            for record in page.tasks[:limit]
        ],
        counts=counts.by_status,
        counted_since=counts.since,
        next=cursor_of(end, scope) if end else None,
        looked_to=None if full or end is None else _looked_to(end, order),
        as_of=wanted.as_of,
        behind=None,
        lag_s=lag.oldest_s + late_s,
        server_time=datetime.now(UTC),
    )


def _looked_to(end: Position, order: Order) -> datetime | int:
    key = end.key(order)
    return key if isinstance(key, datetime) else key // timedelta(milliseconds=1)
