"""Lists of the tasks of one, several or all projects, read from the projection.

Every function runs one read-only statement on the psycopg connection it is given. A list may be
behind the log: `folded_version` tells how far a task has been folded. Statuses come from the
records; nothing is decided here.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, LiteralString, NamedTuple, cast
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.read import record_of
from task_ledger.eventlog.task_filter import NEVER, TaskFilter, all_of, values_of
from task_ledger.eventlog.task_order import Order, Position, behind
from task_ledger.eventlog.task_reach import BRANCHES, Reach, Reached
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status

LOOK: Final = 5000
"""Maximum number of tasks examined for one page or count by filters without an index."""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A part of a list.

    Attributes:
        tasks: the tasks found, in the requested order.
        looked_to: `tasks` contains all matches up to this position; continue after it. None if
            nothing is left.
    """

    tasks: list[TaskRecord]
    looked_to: Position | None


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """The number of tasks by status.

    Attributes:
        by_status: every status.
        since: only tasks created at this time or later were counted; None if all were.
    """

    by_status: dict[Status, int]
    since: datetime | None = None


def read_task_page(
    connection: Connection[Any],
    reach: Reach,
    wanted: TaskFilter,
    *,
    limit: int,
    after: Position | None = None,
    order: Order = Order.NEWEST,
) -> TaskPage:
    """At most `limit` tasks of the reached projects in the given order, after the position `after`.

    The value a task is ordered by never changes while it is in the list, so pages neither skip nor
    repeat a task, however many tasks arrive or end in between.

    Ids use an index, and so do types, statuses, `since` and, without types and statuses, `roots` in
    the order of creation. With other filters, one call examines at most `LOOK` tasks, so that its
    cost does not grow with the project. A page may therefore be short, or even empty, before the
    end of the list; `looked_to` tells where it stopped. Over all projects, types and `roots` are
    such filters.

    Args:
        reach: the projects. The cost grows with the number of projects that it names.
        order: over all projects, one by creation: no other has an index.

    Raises:
        ValueError: all projects, in another order.
    """
    reached = Reached.of(reach)
    if reached.everywhere and not order.by_creation:
        raise ValueError(f"there is no list of all projects ordered by {order}")
    if NEVER in wanted.conditions:
        return TaskPage([], None)
    parts = _parts(wanted, order, reached)
    by_looking = wanted.by_looking or (
        bool(wanted.statuses and not parts.statuses)
        or bool(wanted.task_types and not parts.types)
        or bool(wanted.fingerprints and not parts.fingerprints)
        or (wanted.roots and not parts.roots)
        or (not order.by_creation and wanted.since is not None)
    )
    parameters = _parameters(reached, wanted) | behind(after, order)
    parameters |= {"look": _look(wanted, limit, by_looking=by_looking), "limit": limit}
    statement = _statement(
        "tasks",
        order,
        parts,
        tuple(condition.sql for condition in wanted.conditions),
        reached.any_of if wanted.task_ids else reached.ranges,
    )
    with ledger_errors():
        # Not prepared: its text depends on the number of types and statuses.
        rows = connection.execute(statement, parameters, prepare=False).fetchall()
    tasks = [record_of(row[4]) for row in rows if row[0]]
    if len(rows) < limit and not (rows and rows[-1][1] == parameters["look"]):
        return TaskPage(tasks, None)
    return TaskPage(tasks, Position(rows[-1][2], rows[-1][3]) if rows else after)


def list_tasks(
    connection: Connection[Any],
    reach: Reach,
    wanted: TaskFilter,
    *,
    limit: int,
    after: Position | None = None,
    order: Order = Order.NEWEST,
) -> list[TaskRecord]:
    """The first `limit` tasks of the reached projects in the given order, after a position; fewer
    only at the end of the list.

    Reads page by page until it has them; to stop earlier, use `read_task_page`.
    """
    tasks: list[TaskRecord] = []
    while True:
        page = read_task_page(
            connection, reach, wanted, limit=limit - len(tasks), after=after, order=order
        )
        tasks += page.tasks
        after = page.looked_to
        if len(tasks) >= limit or after is None:
            return tasks


def count_by_status(connection: Connection[Any], reach: Reach, wanted: TaskFilter) -> StatusCounts:
    """The number of the reached projects' tasks by status, with every filter except the one by
    status.

    Without filters, or with task types only, the counts are maintained and exact. With other
    filters, only the newest `LOOK` tasks (of the given types, ids and `since`) are counted; `since`
    in the result tells how far back they go.
    """
    reached = Reached.of(reach)
    maintained = not (wanted.since or wanted.task_ids or wanted.fingerprints or wanted.roots)
    if maintained and not wanted.by_looking:
        with ledger_errors():
            parameters = _parameters(reached, wanted)
            statement = query("task_counts").replace("{project}", reached.any_of)
            rows = connection.execute(statement, parameters, prepare=False).fetchall()
        return StatusCounts(dict.fromkeys(Status, 0) | {Status(s): count for s, count in rows})
    wanted = replace(wanted, statuses=frozenset())
    look = _look(wanted, LOOK, by_looking=True)
    parameters = _parameters(reached, wanted) | behind(None, Order.NEWEST) | {"look": look}
    statement = _statement(
        "tasks_by_status",
        Order.NEWEST,
        _parts(wanted, Order.NEWEST, reached),
        tuple(condition.sql for condition in wanted.conditions),
        reached.any_of if wanted.task_ids else reached.ranges,
    )
    with ledger_errors():
        rows = connection.execute(statement, parameters, prepare=False).fetchall()
    counts = dict.fromkeys(Status, 0) | {Status(status): count for status, count, _, _ in rows}
    looked = sum(row[2] for row in rows)
    return StatusCounts(counts, min(row[3] for row in rows) if looked == look else None)


def folded_version(connection: Connection[Any], project_id: str, task_id: UUID) -> int:
    """The last version of a task that the project's lists show; 0 if they do not show it."""
    with ledger_errors():
        parameters = {"project_id": project_id, "task_id": task_id}
        row = connection.execute(query("folded_version"), parameters).fetchone()
    return int(row[0]) if row else 0


def projects(connection: Connection[Any]) -> list[str]:
    """The ids of the projects that have a task, sorted."""
    with ledger_errors():
        return [project for (project,) in connection.execute(query("projects")).fetchall()]


def pattern(text: str | None) -> str | None:
    """`text` as an ILIKE pattern that finds it anywhere; None stays None."""
    if text is None:
        return None
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


def wanted_in_sql(conditions: tuple[LiteralString, ...]) -> LiteralString:
    """Whether a record `t.task` with the id `t.task_id` matches a filter with these conditions, as
    SQL over `wanted_parameters`."""
    return f"({query('tasks_wanted')}{all_of(conditions)})"


def wanted_parameters(wanted: TaskFilter) -> dict[str, Any]:
    """The parameters of `wanted_in_sql`."""
    return values_of(wanted.conditions) | {
        "statuses": [str(status) for status in wanted.statuses] or None,
        "task_types": list(wanted.task_types) or None,
        "fingerprints": list(wanted.fingerprints) or None,
        "pattern": pattern(wanted.text),
        "since": wanted.since,
        "roots": wanted.roots,
        "task_ids": list(wanted.task_ids) or None,
    }


def _look(wanted: TaskFilter, limit: int, *, by_looking: bool) -> int:
    if wanted.task_ids:
        return max(len(wanted.task_ids) + 1, limit)
    return max(LOOK, limit) if by_looking else limit


class _Parts(NamedTuple):
    """The number of types, statuses and fingerprints whose index ranges are read, 0 for those that
    are compared task by task; and whether the index of first tasks is read."""

    types: int = 0
    statuses: int = 0
    fingerprints: int = 0
    roots: bool = False


def _parts(wanted: TaskFilter, order: Order, reached: Reached) -> _Parts:
    if wanted.task_ids or not order.by_creation:
        return _Parts()
    if wanted.fingerprints:
        return _Parts(fingerprints=len(wanted.fingerprints))
    if reached.everywhere:
        return _Parts(statuses=len(wanted.statuses) or len(Status))
    if wanted.roots and not (wanted.task_types or wanted.statuses):
        return _Parts(roots=True)
    statuses = len(wanted.statuses) or (len(Status) if wanted.task_types else 0)
    ranges = len(reached.ranges) * max(1, len(wanted.task_types)) * max(1, statuses)
    if len(reached.ranges) > 1 and ranges > BRANCHES:
        return _Parts()
    return _Parts(len(wanted.task_types), statuses)


@lru_cache(maxsize=256)
def _statement(
    name: str,
    order: Order,
    parts: _Parts,
    conditions: tuple[LiteralString, ...],
    projects: LiteralString | tuple[LiteralString, ...],
) -> LiteralString:
    """The statement `name`, reading tasks by their ids if `projects` is one condition, or else a
    range of an index for each project, type and status."""
    if isinstance(projects, str):
        merged = query("tasks_of_ids").replace("{project}", projects)
    else:
        candidates = query("tasks_of_project")
        # Each part is already sorted, so the planner merges them without sorting.
        merged: LiteralString = "\nUNION ALL\n".join(
            candidates.replace("{project}", project).replace(
                "{part}",
                _element("task_types", type_)
                + _element("statuses", status)
                + _element("fingerprints", fingerprint)
                + ("\n    AND r.root_id IS NULL" if parts.roots else ""),
            )
            for project in projects
            for type_ in range(1, parts.types + 1) or (None,)
            for status in range(1, parts.statuses + 1) or (None,)
            for fingerprint in range(1, parts.fingerprints + 1) or (None,)
        )
    return order.in_sql(
        query(name).replace("{candidates}", merged).replace("{wanted}", wanted_in_sql(conditions)),
        of_status=parts.statuses > 0,
        of_type=parts.types > 0,
        of_fingerprint=parts.fingerprints > 0,
        of_roots=parts.roots,
        everywhere=projects == ("true",),
    )


_COLUMNS: Final[dict[str, LiteralString]] = {
    "task_types": "r.task_type",
    "statuses": "r.status",
    "fingerprints": "r.fingerprint",
}


def _element(array: LiteralString, place: int | None) -> LiteralString:
    if place is None:
        return ""
    number = cast("LiteralString", str(place))
    return "\n    AND " + _COLUMNS[array] + " = (%(" + array + ")s::text[])[" + number + "]"


def _parameters(reached: Reached, wanted: TaskFilter) -> dict[str, Any]:
    return wanted_parameters(wanted) | {"statuses": _statuses(reached, wanted)} | reached.parameters


def _statuses(reached: Reached, wanted: TaskFilter) -> list[str] | None:
    every = wanted.task_types or (reached.everywhere and not wanted.task_ids)
    return [str(status) for status in wanted.statuses or (every and Status) or ()] or None
