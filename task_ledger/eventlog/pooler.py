"""Poolers between a process and its server, such as PgBouncer in transaction mode.

There, each transaction may run in another session of the server. What belongs to a session is lost
or met by somebody else: options, prepared statements, `SET`.
"""

from typing import Any, Final

from psycopg import Connection

from task_ledger.errors import UnsupportedConfiguration
from task_ledger.eventlog.database import ledger_errors

_UTC: Final = "SELECT set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO', false)"


def refuse_pooler(connection: Connection[Any], what: str) -> None:
    """Refuse a connection that does not go to the server itself.

    A pooler makes up the number of the backend that it tells a client, as it makes up the key to
    cancel with; the server's own number is that of its process.
    Source: PostgreSQL, frontend/backend protocol, BackendKeyData; PgBouncer's client.c.

    Args:
        connection: in autocommit mode.
        what: the process that would work on it, as a person reads it: "a worker".

    Raises:
        UnsupportedConfiguration: says what to change.
        LedgerUnavailable: the connection broke.
    """
    with ledger_errors():
        row = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    if row is not None and row[0] != connection.info.backend_pid:
        raise UnsupportedConfiguration(
            f"{what} keeps sessions and cannot work through a pooler such as PgBouncer: give it the"
            " address of the PostgreSQL server itself"
        )


def read_in_utc(connection: Connection[Any]) -> None:
    """Read times in UTC on a connection to a pooler, which takes no options.

    These two settings are among the few that PgBouncer keeps for each client. Commits, where the
    connection is not in autocommit mode.
    """
    connection.execute(_UTC, prepare=False)
    if not connection.autocommit:
        connection.commit()
