"""Check that the read replica is one, answers and keeps up."""

from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import Connection

from task_ledger.cli.checks.check import Check, ok, warning
from task_ledger.eventlog.answered import AnsweredConnection
from task_ledger.eventlog.database import query, session
from task_ledger.ops.settings import Settings

_PACKAGE: Final = str(__package__)
_CONNECT_S: Final = 3

REPLICA_UNREACHABLE: Final = warning(
    "replica_unreachable",
    "replica",
    "The read replica cannot be reached; the primary answers everything.",
    "Start it, or unset TASK_LEDGER_API_REPLICA_URL.",
)
REPLICA_IS_NONE: Final = warning(
    "replica_is_none",
    "replica",
    "The replica's address is that of a primary, or of another ledger; it is passed over.",
    "Set TASK_LEDGER_API_REPLICA_URL to a standby of this database. After a failover, unset it or"
    " set it to the new standby.",
)


def replica(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check the read replica; yields nothing if none is set."""
    url = settings.replica_url()
    if url is None:
        return
    own = connection.execute(query("replica_state", _PACKAGE)).fetchone()
    options = session(url, "task-ledger cli", pooled=settings.api_pooled)
    options["connect_timeout"] = _CONNECT_S
    try:
        with AnsweredConnection.connect(url, **options) as other:
            found = other.execute(query("replica_state", _PACKAGE)).fetchone()
    except psycopg.Error as error:
        yield REPLICA_UNREACHABLE.found(f"cannot be reached ({type(error).__name__})")
        return
    if not found or not own or not found[0]:
        yield REPLICA_IS_NONE.found("it is a primary")
    elif found[1] != own[1]:
        yield REPLICA_IS_NONE.found("it has another ledger")
    else:
        yield ok("replica", "a standby of this database")
