"""Where a period lies in a project's timeline, and what an export of it needs besides its events.

Every function reads on the psycopg connection it is given, in its transaction, and writes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.retired import RetiredMonth, retired_months


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a project, and the numbers of its timeline that an export of it has.

    Attributes:
        since, until: recorded at `since` or later, and before `until`; None for no limit.
        first: one before the lowest number that was recorded in the period or after it; the
            timeline's first where there is none.
        last: one after the highest number that was recorded in the period or before it; the
            timeline's last where there is none.
        opens: whether the timeline has a number that shows where the period begins.
    """

    since: datetime | None
    until: datetime | None
    first: int
    last: int
    opens: bool = True

    def has(self, recorded_at: datetime) -> bool:
        """Whether an event was recorded in the period."""
        return (self.since is None or recorded_at >= self.since) and (
            self.until is None or recorded_at < self.until
        )


def find_period(
    connection: Connection[Any],
    project_id: str,
    since: datetime | None,
    until: datetime | None,
) -> Period | None:
    """Where a period lies in a project's timeline; None if the timeline has no events.

    Reads all numbers of the project, unless the period has no limits.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    parameters = {"project_id": project_id, "since": since, "until": until}
    with ledger_errors():
        row = connection.execute(query("timeline_period"), parameters).fetchone()
    if row is None or row[0] is None:
        return None
    lowest, highest, begins, ends = row
    first = highest if begins is None else max(lowest, begins - 1)
    last = lowest if ends is None else min(highest, ends + 1)
    return Period(since, until, first, last, opens=begins != lowest)


def retired_within(
    connection: Connection[Any], project_id: str, period: Period
) -> RetiredMonth | None:
    """A retired month whose events may be among those of the period, or before them where nothing
    else shows where the period begins; None if there is none.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    for month in retired_months(connection, project_id):
        if month.first_seq <= period.last and (month.last_seq >= period.first or not period.opens):
            return month
    return None


def events_before(
    connection: Connection[Any], project_id: str, period: Period
) -> dict[UUID, tuple[int, bytes]]:
    """Of each task with events among the period's numbers and before them, version and digest of
    the last one before.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    parameters = {"project_id": project_id, "first": period.first, "last": period.last}
    with ledger_errors():
        rows = connection.execute(query("period_before"), parameters).fetchall()
    return {task_id: (version, bytes(digest)) for task_id, version, digest in rows}


def task_names(connection: Connection[Any], task_ids: set[UUID]) -> dict[UUID, str]:
    """The names of those tasks that have a record with one.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    with ledger_errors():
        rows = connection.execute(query("task_names"), {"task_ids": list(task_ids)}).fetchall()
    return {task_id: name for task_id, name in rows if name}
