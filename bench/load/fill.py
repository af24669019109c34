"""Tasks of four events each in the log, the timelines and the records, by set-based statements."""

from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import Connection

_STATEMENTS = ("buckets", "events", "timelines", "records", "feeds")


def fill(
    connection: Connection[Any], *, projects: int, tasks: int, months: int, now: datetime
) -> None:
    """Fill a database that is migrated and empty; commits if the connection is on autocommit.

    Args:
        connection: acts as the owner; no trigger is switched off.
        projects: named `project-1`, `project-2` …
        tasks: of each project.
        months: how far back the first task lies; the tasks are spread evenly from then to `now`.
    """
    arguments = {"projects": projects, "tasks": tasks, "months": months, "now": now}
    for name in _STATEMENTS:
        statement = (Path(__file__).parent / f"{name}.sql").read_bytes()
        connection.execute(statement, arguments)
    connection.execute(
        "ANALYZE task_ledger.task_event, task_ledger.project_timeline, task_ledger.task_record"
    )
