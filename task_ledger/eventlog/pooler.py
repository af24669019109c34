"""Poolers between a process and its server, such as PgBouncer in transaction mode.

Behind a pooler, each transaction may run in another session of the server. Session state (options,
prepared statements, `SET`) is lost, or leaks to other clients.
"""

from typing import Any, Final

from psycopg import Connection

from task_ledger.errors import UnsupportedConfiguration
from task_ledger.eventlog.database import ledger_errors

_UTC: Final = "SELECT set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO', false)"


def refuse_pooler(connection: Connection[Any], what: str) -> None:
    """Refuse a connection that does not go to the server itself.

    A pooler invents the backend's process id in its reply to a client, like the cancel key; the
    server reports its actual process id. Source: PostgreSQL, frontend/backend protocol,
    BackendKeyData; PgBouncer's client.c.

    Args:
        connection: in autocommit mode.
        what: the process that would use it, for the message: "a worker".

    Raises:
        UnsupportedConfiguration: says what to change.
        LedgerUnavailable: the connection broke.
    """
    with ledger_errors():
        row = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    if row is not None and row[0] != connection.info.backend_pid:
        raise UnsupportedConfiguration(
            f"{what} needs sessions and cannot work through a pooler such as PgBouncer: give it "
            "the address of the PostgreSQL server itself"
        )


def read_in_utc(connection: Connection[Any]) -> None:
    """Read times in UTC on a connection to a pooler, which accepts no options.

    These two settings are among the few that PgBouncer keeps for each client. Commits if the
    connection is not in autocommit mode.
    """
    connection.execute(_UTC, prepare=False)
    if not connection.autocommit:
        connection.commit()
