"""Lists of a project's tasks, read from the projection.

Every function runs one statement on the psycopg connection it is given and writes nothing. A
list may be behind the log: `folded_version` tells how far a task has been folded. What a task's
status is, is read from its record and decided nowhere here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final, LiteralString, Self
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.read import record_of
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Order(StrEnum):
    """The order of a list. Whatever it goes by never changes again for a task that is in the list.

    By its end or its duration, a list has the tasks that have ended. The duration is from the
    first start to the end, and nothing for a task that never started.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    LAST_ENDED = "last_ended"
    FIRST_ENDED = "first_ended"
    LONGEST = "longest"
    SHORTEST = "shortest"


@dataclass(frozen=True, slots=True)
class _Key:
    """What an order goes by, as SQL: an expression, its type, and which tasks have it."""

    key: LiteralString
    type: LiteralString
    listed: LiteralString = "r.completed_at IS NOT NULL"


_CREATION: Final = _Key("r.created_at", "timestamptz", "TRUE")
_END: Final = _Key("r.completed_at", "timestamptz")
_DURATION: Final = _Key("(r.completed_at - coalesce(r.started_at, r.completed_at))", "interval")
_KEYS: Final[dict[Order, _Key]] = {
    Order.NEWEST: _CREATION,
    Order.OLDEST: _CREATION,
    Order.LAST_ENDED: _END,
    Order.FIRST_ENDED: _END,
    Order.LONGEST: _DURATION,
    Order.SHORTEST: _DURATION,
}
_GREATEST_FIRST: Final = frozenset({Order.NEWEST, Order.LAST_ENDED, Order.LONGEST})
_NO_STATUS: Final[frozenset[Status]] = frozenset()
_NO_TYPE: Final[frozenset[str]] = frozenset()
_NO_ID: Final[frozenset[UUID]] = frozenset()


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks are wanted; an empty set or None wants all.

    Attributes:
        text: found, whatever its case, in the task's name, type, worker, step, detail, error
            or entity, or at the beginning of its id.
        since: created then or later.
    """

    statuses: frozenset[Status] = _NO_STATUS
    task_types: frozenset[str] = _NO_TYPE
    text: str | None = None
    since: datetime | None = None
    task_ids: frozenset[UUID] = _NO_ID


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of a list ended: by what the list is ordered, and the last task's id.

    Attributes:
        micros: a time as microseconds since 1970, or a duration in microseconds.
    """

    micros: int
    task_id: UUID

    @classmethod
    def of(cls, record: TaskRecord, order: Order) -> Self:
        """The position of a task that is in a list of this order."""
        ended = record.completed_at
        key = _KEYS[order]
        if key is _DURATION and ended is not None:
            return cls((ended - (record.started_at or ended)) // _MICROSECOND, record.task_id)
        at = ended if key is _END and ended is not None else record.created_at
        return cls((at - _EPOCH) // _MICROSECOND, record.task_id)


def list_tasks(
    connection: Connection[Any],
    project_id: str,
    wanted: TaskFilter,
    *,
    limit: int,
    behind: Position | None = None,
    order: Order = Order.NEWEST,
) -> list[TaskRecord]:
    """At most `limit` tasks of a project, in an order, from behind a position.

    What an order goes by never changes for a task that is in the list, so pages neither skip nor
    repeat one, however many tasks arrive or end between them.
    """
    key = _KEYS[order]
    duration = timedelta(microseconds=behind.micros) if behind else None
    parameters = _parameters(project_id, wanted) | {
        "limit": limit,
        "behind": duration if duration is None or key is _DURATION else _EPOCH + duration,
        "behind_id": behind.task_id if behind else None,
    }
    with ledger_errors():
        # Not prepared: which index is best depends on the filters, so each call is planned.
        rows = connection.execute(_ordered(order), parameters, prepare=False).fetchall()
    return [record_of(row[0]) for row in rows]


def count_by_status(
    connection: Connection[Any], project_id: str, wanted: TaskFilter
) -> dict[Status, int]:
    """How many of a project's tasks have each status, by every filter but the one by status.

    Without a filter, or with task types alone, it costs the same however many tasks there are.
    """
    kept = wanted.text is None and wanted.since is None and not wanted.task_ids
    statement = query("task_counts" if kept else "tasks_by_status")
    with ledger_errors():
        rows = connection.execute(
            statement, _parameters(project_id, wanted), prepare=False
        ).fetchall()
    return dict.fromkeys(Status, 0) | {Status(status): count for status, count in rows}


def folded_version(connection: Connection[Any], project_id: str, task_id: UUID) -> int:
    """The last version of a task that the project's lists know; 0 for none, or not of it."""
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


@cache
def _ordered(order: Order) -> LiteralString:
    key = _KEYS[order]
    down = order in _GREATEST_FIRST
    return (
        query("tasks")
        .replace("{key}", key.key)
        .replace("{type}", key.type)
        .replace("{listed}", key.listed)
        .replace("{direction}", "DESC" if down else "ASC")
        .replace("{beyond}", "<" if down else ">")
    )


def _parameters(project_id: str, wanted: TaskFilter) -> dict[str, Any]:
    return {
        "project_id": project_id,
        "statuses": [str(status) for status in wanted.statuses] or None,
        "task_types": list(wanted.task_types) or None,
        "pattern": pattern(wanted.text),
        "since": wanted.since,
        "task_ids": list(wanted.task_ids) or None,
    }
