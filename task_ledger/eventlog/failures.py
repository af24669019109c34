"""Reads groups of equal failures from the read model, and records that a group was handled.

A group has the failures of one project's tasks that have the same fingerprint (see
`task_ledger.model.fingerprint`). It is open until it is handled, and again from its next failure
on. Every function runs one statement on the psycopg connection it is given, which must be on
autocommit for `handle_failure` to take effect at once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.task_reach import Reach

HOURS: Final = 24
"""Number of hours of a trend."""

DAYS: Final = 14
"""Number of days of a trend."""

MAX_COMMENT: Final = 2000
"""Maximum length of a comment on a group, in characters."""

_HOUR: Final = timedelta(hours=1)


class FailureState(StrEnum):
    """Whether the group's newest failure has been handled."""

    OPEN = "open"
    HANDLED = "handled"


_STATES: Final[dict[FailureState, LiteralString]] = {
    FailureState.OPEN: "(g.handled_to IS NULL OR g.last_at > g.handled_to)",
    FailureState.HANDLED: "g.last_at <= g.handled_to",
}


@dataclass(frozen=True, slots=True)
class Handled:
    """Who last handled a group, when, and their comment."""

    at: datetime
    actor: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """A group of equal failures of one project.

    Attributes:
        place: the function that raised the error; None if unknown.
        first_at, last_at: when its first and its newest task failed.
        tasks: the number of tasks.
        last_task_id: the newest task.
        message: its message; None if the task is no longer kept.
        handled: None if it was never handled.
        hours: the number of failures in each of the last `HOURS` hours, the current one last.
        days: the same for the last `DAYS` times 24 hours.
        open: whether it was never handled, or a task has failed like this since.
    """

    project_id: str
    fingerprint: str
    task_type: str
    error_type: str
    place: str | None
    first_at: datetime
    last_at: datetime
    tasks: int
    last_task_id: UUID
    message: str | None
    handled: Handled | None
    hours: list[int]
    days: list[int]
    open: bool


@dataclass(frozen=True, slots=True)
class FailurePlace:
    """Where a page of groups ended."""

    last_at: datetime
    project_id: str
    fingerprint: str


def read_failures(
    connection: Connection[Any],
    reach: Reach,
    *,
    now: datetime,
    limit: int,
    state: FailureState = FailureState.OPEN,
    after: FailurePlace | None = None,
) -> list[FailureGroup]:
    """At most `limit` groups of the reached projects, the one with the newest failure first.

    A group that fails again moves to the front, so a later page does not show it.

    Args:
        now: the end of the trends.
        after: where the previous page ended.
    """
    name = "failure_groups_of_all" if reach is None else "failure_groups_of_projects"
    projects = [reach] if isinstance(reach, str) else sorted(reach or ())
    parameters = {
        "projects": projects,
        "last_at": after.last_at if after else "infinity",
        "last_project": after.project_id if after else "",
        "last_fingerprint": after.fingerprint if after else "",
        "limit": limit,
    }
    return _read(connection, query(name).replace("{state}", _STATES[state]), parameters, now)


def read_failure(
    connection: Connection[Any], project_id: str, fingerprint: str, *, now: datetime
) -> FailureGroup | None:
    """One group; None if no task of the project has failed like this."""
    parameters = {"project_id": project_id, "fingerprint": fingerprint, "limit": 1}
    found = _read(connection, query("failure_group"), parameters, now)
    return found[0] if found else None


def handle_failure(
    connection: Connection[Any],
    project_id: str,
    fingerprint: str,
    *,
    actor: str,
    up_to: datetime,
    comment: str | None = None,
) -> bool:
    """Record that a group was handled; needs the role of the API.

    Args:
        up_to: the group's `last_at` as seen by the person; with a later failure the group stays
            open.
        comment: 1 to `MAX_COMMENT` characters, or None.

    Returns:
        Whether the group exists.

    Raises:
        InvalidEvent: the actor is the name of a part of the ledger, or the actor or comment is
            empty or too long; nothing is recorded.
    """
    parameters = {
        "project_id": project_id,
        "fingerprint": fingerprint,
        "actor": actor,
        "comment": comment,
        "up_to": up_to,
    }
    with ledger_errors():
        row = connection.execute(query("handle_failure"), parameters).fetchone()
    return bool(row and row[0])


def _read(
    connection: Connection[Any], groups: LiteralString, parameters: dict[str, Any], now: datetime
) -> list[FailureGroup]:
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR
    parameters |= {"since": end - timedelta(days=DAYS)}
    statement = query("failure_groups").replace("{groups}", groups)
    with ledger_errors():
        rows = connection.execute(statement, parameters, prepare=False).fetchall()
    return [_group(row, end) for row in rows]


def _group(row: tuple[Any, ...], end: datetime) -> FailureGroup:
    hours, days = [0] * HOURS, [0] * DAYS
    for hour, tasks in zip(row[13] or (), row[14] or (), strict=True):
        ago = (end - hour) // _HOUR - 1
        if 0 <= ago < HOURS:
            hours[HOURS - 1 - ago] += tasks
        if 0 <= ago < DAYS * 24:
            days[DAYS - 1 - ago // 24] += tasks
    handled = Handled(*row[10:13]) if row[10] is not None else None
    return FailureGroup(*row[:10], handled=handled, hours=hours, days=days, open=row[15])
