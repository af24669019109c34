"""Database connections of commands."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

from task_ledger.cli.configuration import InvalidSettings, settings
from task_ledger.errors import LedgerError, SchemaMismatch
from task_ledger.eventlog.answered import AnsweredConnection, PingedConnection
from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import ledger_errors, session
from task_ledger.eventlog.pooler import read_in_utc
from task_ledger.eventlog.schema_revision import check_schema
from task_ledger.ops.settings import Role, Settings


@contextmanager
def connected(
    role: Role | None,
    *,
    autocommit: bool = True,
    known: Settings | None = None,
    any_schema: bool = False,
) -> Generator[Connection[Any]]:
    """A connection that acts as `role`, closed at the end of the block. Times are in UTC.

    Statements have no time limit, but a frozen server is detected: behind a pooler after
    `ANSWER_S`, otherwise when the server no longer accepts connections.

    If `role` is None, the connection acts as the login of `database_url`.

    Args:
        any_schema: also connect to a database without a ledger, or whose schema is too old or too
            new for this release, to say so.

    Raises:
        MissingSetting: no database URL is set.
        InvalidSettings: the address cannot be read.
        LedgerUnavailable: the server cannot be reached.
        SchemaMismatch: this release does not work with the database's schema; not if `role` is
            None.
        UnsupportedConfiguration: the server is behind a pooler, but TASK_LEDGER_API_POOLED is not
            set.
    """
    told = known or settings()
    address = checked(told.login_url() if role is None else told.url_for(role))
    pooled = role == "api" and told.api_pooled
    with ledger_errors():
        kind = AnsweredConnection if pooled else PingedConnection
        connection: Connection[Any] = kind.connect(
            address, autocommit=True, **session(address, "task-ledger cli", pooled=pooled)
        )
        if pooled:
            read_in_utc(connection)
    with connection:
        try:
            read_any_time(connection)
            if role is not None and not any_schema:
                check_schema(connection)
            connection.autocommit = autocommit
            yield connection
        except KeyboardInterrupt:
            # During a statement, a rollback would raise a psycopg error.
            connection.close()
            raise


def refuse_mismatch(role: Role, known: Settings) -> None:
    """Refuse to start a service that waits for its database, if its schema does not match.

    Raises:
        SchemaMismatch: this release does not work with the database's schema.
    """
    try:
        with connected(role, known=known):
            pass
    except SchemaMismatch:
        raise
    except (LedgerError, psycopg.Error):
        return  # the service waits for its database, and reports what is wrong


def checked(address: str) -> str:
    """Return the libpq URL if it can be parsed.

    Raises:
        InvalidSettings: it cannot be parsed; the address, which may have a password, is not shown.
    """
    try:
        ports = conninfo_to_dict(address).get("port") or ""
        if any(port and not 0 < int(port) < 65536 for port in str(ports).split(",")):
            raise ValueError(ports)
    except (psycopg.ProgrammingError, ValueError):
        raise InvalidSettings(
            "A database's address cannot be read. It looks like"
            "postgresql://user:password@host:5432/name; encode special characters in the password, "
            "such as %40 for @."
        ) from None
    return address
