"""What is stuck: messages that nobody publishes, and queues that nobody consumes.

Every function runs one statement on the psycopg connection it is given, and does not commit.
"""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query


@dataclass(frozen=True, slots=True)
class UnconsumedQueue:
    """A queue in which tasks wait, and from which none was started since the first was due.

    Attributes:
        tasks: how many have waited for long enough.
        oldest_s: seconds that the first of them has been due.
    """

    queue: str
    tasks: int
    oldest_s: float


def read_undispatched(connection: Connection[Any]) -> tuple[int, float]:
    """The messages that are due and not published, and steps that are due and not taken.

    What a paused queue holds does not count.

    Returns:
        How many there are, and the age of the oldest in seconds; 0.0 if there is none.

    Raises:
        LedgerUnavailable: the database cannot be reached.
    """
    with ledger_errors():
        row = connection.execute(query("undispatched")).fetchone()
    assert row is not None  # noqa: S101 - an aggregate without GROUP BY has one row
    return row[0], row[1]


def unconsumed_queues(connection: Connection[Any], since_s: float) -> list[UnconsumedQueue]:
    """The queues in which tasks wait that were published, the one that waits longest first.

    Args:
        since_s: for how many seconds a task must have been due to count.

    Raises:
        LedgerUnavailable: the database cannot be reached.
    """
    with ledger_errors():
        rows = connection.execute(query("unconsumed_queues"), {"since_s": since_s}).fetchall()
    return [UnconsumedQueue(*row) for row in rows]
