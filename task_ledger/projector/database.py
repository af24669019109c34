"""The projector's connections and queries."""

from collections.abc import Iterable
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from psycopg import Connection, IsolationLevel

from task_ledger.errors import LedgerError, UnsupportedConfiguration
from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import query as _query
from task_ledger.eventlog.database import session, translated
from task_ledger.eventlog.pooler import refuse_pooler

_SESSION: Final = {
    # Followers of the timelines, such as the sealer, must never see a row that a crash can undo.
    "synchronous_commit": "on",
    # What a process holds that hangs (checkpoints, outbox rows) is given back.
    "idle_in_transaction_session_timeout": "60s",
    # The poll is planned once. A plan made while the tables were empty would scan them whole and
    # be kept while they grow, so it may only use indexes.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "jit": "off",
}


def query(name: str) -> LiteralString:
    """The text of `queries/<name>.sql` of this service."""
    return _query(name, __name__.rpartition(".")[0])


def uuid_array(ids: Iterable[UUID]) -> str:
    """Ids as PostgreSQL writes an array, for a parameter that is cast to uuid[].

    psycopg writes a list element by element: of thousands, that takes ten times as long.
    """
    return f"{{{','.join(map(str, ids))}}}"


def connect(url: str, part: str) -> Connection[Any]:
    """A new connection in autocommit mode whose transactions are READ COMMITTED.

    It reads every time that the database can hold: a row that was altered is one task's trouble.

    Args:
        url: a libpq address; options in it, such as the role, are kept.
        part: which part of the service it is for; shown in pg_stat_activity.

    Raises:
        psycopg.OperationalError, LedgerUnavailable: the database cannot be reached.
        UnsupportedConfiguration: there is a pooler before it.
    """
    own = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    try:
        connection: Connection[Any] = psycopg.connect(
            url, autocommit=True, **session(url, f"task-ledger {part}", own)
        )
    except psycopg.OperationalError as error:
        known = translated(error)
        if isinstance(known, UnsupportedConfiguration):
            raise known from error
        raise
    try:
        refuse_pooler(connection, "the projector")
    except LedgerError:
        connection.close()
        raise
    read_any_time(connection)
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    return connection
