"""The notifiers' backlog."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query


@dataclass(frozen=True, slots=True)
class Backlog:
    """The backlog over all projects and channels.

    Attributes:
        unread_s: age of the oldest unread event, in seconds; 0 if none is unread or no rule exists.
        due: number of notifications that are due.
        due_s: how long the oldest of them has been due, in seconds.
        dead: number of notifications given up in the last 90 days.
    """

    unread_s: float
    due: int
    due_s: float
    dead: int


def read_backlog(connection: Connection[Any]) -> Backlog:
    """Read the backlog, as the auditor's or the notifier's role."""
    with ledger_errors():
        row = connection.execute(query("backlog", "task_ledger.notifier")).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return Backlog(*row)
