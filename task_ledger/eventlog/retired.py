"""What the ledger still knows of months that have left it for an archive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.errors import RetiredTask, UnknownTask
from task_ledger.eventlog.database import ledger_errors, query


@dataclass(frozen=True, slots=True)
class RetiredMonth:
    """What a retired month held of a project.

    Attributes:
        month: as `2026-05`, by the tasks' ids.
        archive: the archive's name; docs/how-to/retire.md describes where it is.
        first_seq, last_seq: its first and last number in the project's timeline; other months'
            numbers may be between them.
        counts: tasks by type and status.
    """

    month: str
    archive: str
    retired_at: datetime
    events: int
    tasks: int
    first_seq: int
    last_seq: int
    counts: dict[str, dict[str, int]]


def retired_months(connection: Connection[Any], project_id: str) -> list[RetiredMonth]:
    """The project's retired months, the oldest first. Only reads.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    with ledger_errors():
        rows = connection.execute(query("retired_months"), {"project_id": project_id}).fetchall()
    return [RetiredMonth(*row) for row in rows]


def missing(connection: Connection[Any], task_id: UUID) -> UnknownTask:
    """The error for a task that is not in the log: `RetiredTask` if its month has left.

    Whether there was such a task, only the archive says.

    Raises:
        LedgerUnavailable.
    """
    with ledger_errors():
        row = connection.execute(query("retired_task"), {"task_id": task_id}).fetchone()
    if row is None:
        return UnknownTask(task_id, "unknown", f"task {task_id} is not in the ledger; check the id")
    return RetiredTask(
        task_id,
        "retired",
        f"the tasks of {row[0]}, such as {task_id}, have left the ledger for the archive"
        f" {row[1] or 'that was made of them'}",
    )
