"""Fills log, timelines and records with tasks of four events each, by set-based statements."""

from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import Connection

_STATEMENTS = ("buckets", "events", "timelines", "records", "feeds")


def fill(
    connection: Connection[Any], *, projects: int, tasks: int, months: int, now: datetime
) -> None:
    """Fill a migrated, empty database; commits only if the connection is in autocommit mode.

    Args:
        connection: acts as the owner; all triggers stay enabled.
        projects: named `project-1`, `project-2` …
        tasks: number of tasks per project.
        months: age of the first task; the tasks are spread evenly from then to `now`.
    """
    arguments = {"projects": projects, "tasks": tasks, "months": months, "now": now}
    for name in _STATEMENTS:
        statement = (Path(__file__).parent / f"{name}.sql").read_bytes()
        connection.execute(statement, arguments)
    connection.execute(
        "ANALYZE task_ledger.task_event, task_ledger.project_timeline, task_ledger.task_record"
    )
