"""Schedules: the entries of `beat_schedule`, as the ledger's beats tell of them.

Every function runs one statement on the psycopg connection it is given, which must be on autocommit
for a question to take effect at once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.task_reach import Reach

MOST: Final = 1000
"""Maximum number of entries."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One entry.

    Attributes:
        task, schedule: the name of its task and when it is due, in Celery's words; None before a
            beat has told.
        project_id: the project of its tasks; None if they are untracked.
        last_run_at: when the schedule started it last; None before the first time.
        next_run_at: when it is due next, as long as `watched`.
        watched: whether a beat has looked at it within a minute; if not, nothing starts it.
        runs: how often the schedule has started it.
        last_task_id: the task that was started last, by the schedule or by a person.
        failure: the type of the error if the last start failed.
        asked_by, asked_at: who asked to start it now, and when; None once a beat has done it.
    """

    name: str
    task: str | None
    schedule: str | None
    project_id: str | None
    last_run_at: datetime | None
    next_run_at: datetime | None
    watched: bool
    runs: int
    last_task_id: UUID | None
    failure: str | None
    asked_by: str | None
    asked_at: datetime | None


def read_schedules(connection: Connection[Any], reach: Reach) -> list[Schedule]:
    """The entries whose tasks belong to the reached projects, by name; of all projects, those of
    untracked tasks too."""
    projects = [reach] if isinstance(reach, str) else sorted(reach) if reach is not None else None
    parameters = {"projects": projects, "most": MOST}
    with ledger_errors():
        rows = connection.execute(query("schedules"), parameters).fetchall()
    return [Schedule(*row) for row in rows]


def start_schedule(connection: Connection[Any], name: str, *, actor: str) -> bool:
    """Ask a beat to start an entry now; needs the role of the API. Recorded in the access log.

    The schedule does not change. A beat starts it within a few seconds, with `actor` as the task's
    actor.

    Returns:
        False if there is no such entry, or an earlier request is still pending.

    Raises:
        InvalidEvent: a part of the ledger acts under this name, or it is empty or too long.
    """
    with ledger_errors():
        row = connection.execute(query("start_schedule"), {"name": name, "actor": actor}).fetchone()
    return bool(row and row[0])
