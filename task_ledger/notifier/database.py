"""The notifier's connections."""

from typing import Any, Final

from psycopg import Connection

from task_ledger.errors import LedgerError
from task_ledger.eventlog.answered import connect_answered
from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import ledger_errors, session
from task_ledger.eventlog.pooler import refuse_pooler
from task_ledger.eventlog.schema_revision import check_schema
from task_ledger.ops.settings import Settings

_ANSWER_S: Final = 120.0

_SESSION: Final = (
    "-c synchronous_commit=on -c idle_in_transaction_session_timeout=60s -c statement_timeout=60s"
)


def connect(settings: Settings, part: str) -> Connection[Any]:
    """Open a connection on autocommit, with the notifier's role.

    Args:
        part: the part of the service that uses it; shown in pg_stat_activity.

    Raises:
        LedgerUnavailable: the database cannot be reached.
        UnsupportedConfiguration: the address is a pooler's.
        SchemaMismatch: this release does not work with the database's schema.
    """
    url = settings.url_for("notifier")
    with ledger_errors():
        connection: Connection[Any] = connect_answered(
            url, _ANSWER_S, **session(url, f"task-ledger notifier {part}", _SESSION)
        )
    try:
        refuse_pooler(connection, "the notifier")
        check_schema(connection)
        read_any_time(connection)
    except LedgerError:
        connection.close()
        raise
    connection.autocommit = True
    return connection
