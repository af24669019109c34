"""The notifiers' backlog."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query


@dataclass(frozen=True, slots=True)
class Backlog:
    """The backlog over all projects and channels.

    Attributes:
        unread_s: for how long the oldest event has not been read; 0 if all were, or there is no
            rule.
        due: notifications that could be sent now.
        due_s: for how long the first of them could.
        dead: notifications that were given up, in the last quarter.
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
