"""Values that a project's tasks have, for the completion of a query."""

from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query

LOOK: Final = 1000
"""Number of the newest tasks whose queues, workers and actors are known."""

MOST: Final = 100
"""Maximum number of values of a field."""


def known_values(connection: Connection[Any], project_id: str) -> dict[str, list[str]]:
    """Values by field: every `type`, and `queue`, `worker` and `actor` of the newest `LOOK` tasks;
    at most `MOST` of each, sorted.

    Runs one read-only statement.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    found: dict[str, list[str]] = {"type": [], "queue": [], "worker": [], "actor": []}
    parameters = {"project_id": project_id, "look": LOOK, "most": MOST}
    with ledger_errors():
        for field, value in connection.execute(query("query_values"), parameters).fetchall():
            found[field].append(value)
    return found
