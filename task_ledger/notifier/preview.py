"""Preview: what a rule would have notified, had it existed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.eventlog.task_list import read_task_page
from task_ledger.eventlog.task_order import Order
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status
from task_ledger.notifier.errors import InvalidRule
from task_ledger.notifier.rules import OF_TASKS, Trigger

_PACKAGE: Final = "task_ledger.notifier"

SPAN: Final = timedelta(hours=24)
"""How far back a preview looks."""

PAGES: Final = 4
"""Maximum number of pages of ended tasks that one preview reads."""

MATCHES: Final = 500
"""Maximum number of matching tasks that one preview reads."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would have notified.

    Attributes:
        matches: number of notifications, before any quiet time.
        since: how far back tasks were read.
        complete: whether that is the whole span.
    """

    matches: int
    since: datetime
    complete: bool


def preview_rule(
    connection: Connection[Any], project_id: str, trigger: Trigger, text: str = ""
) -> Preview:
    """Count what a rule would have notified of a project in the last 24 hours.

    Reads the newest ended tasks: at most `MATCHES` that match and `PAGES` pages, each of at most
    `task_list.LOOK` tasks, so the cost does not grow with the project. Groups of failures are
    taken as they are now: one that was handled since is not a first failure or return of today.

    Args:
        connection: a psycopg connection; read-only statements, no transaction of its own.
        text: in the query language.

    Raises:
        BadQuery: `text` is not a valid query.
        InvalidRule: the trigger is not one of the end of tasks.
    """
    if trigger not in OF_TASKS:
        raise InvalidRule(f"{trigger} cannot be previewed: it is no event of tasks")
    now = datetime.now(UTC)
    wanted = task_filter(text, now)
    if trigger is not Trigger.ENDED:
        wanted = both(wanted, TaskFilter(statuses=frozenset({Status.FAILURE})))
    found, since = _ended(connection, project_id, wanted, now - SPAN)
    matches = len(found)
    if trigger in {Trigger.FIRST, Trigger.RETURNED}:
        matches = _groups(connection, trigger, found)
    return Preview(matches, since, since <= now - SPAN)


def _ended(
    connection: Connection[Any], project_id: str, wanted: TaskFilter, start: datetime
) -> tuple[list[TaskRecord], datetime]:
    """The matching tasks that ended since `start`, and how far back they were read."""
    found: list[TaskRecord] = []
    reached, after = datetime.now(UTC), None
    for _ in range(PAGES):
        page = read_task_page(
            connection, project_id, wanted, limit=MATCHES - len(found), after=after,
            order=Order.LAST_ENDED,
        )  # fmt: skip
        found += [task for task in page.tasks if _ended_at(task) >= start]
        after = page.looked_to
        key = start if after is None else after.key(Order.LAST_ENDED)
        assert isinstance(key, datetime)  # noqa: S101 - this order is by a time
        reached = max(key, start)
        if key <= start or len(found) == MATCHES:
            break
    return found, reached


def _ended_at(task: TaskRecord) -> datetime:
    assert task.completed_at is not None  # noqa: S101 - this order lists ended tasks only
    return task.completed_at


def _groups(connection: Connection[Any], trigger: Trigger, tasks: list[TaskRecord]) -> int:
    values = {"task_ids": [task.task_id for task in tasks]}
    with ledger_errors():
        rows = connection.execute(query("failure_news", _PACKAGE), values).fetchall()
    first = trigger is Trigger.FIRST
    return len({row[1] for row in rows if (row[2] if first else row[3] is not None)})
