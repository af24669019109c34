"""The projector's connections and queries."""

from collections.abc import Iterable
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from psycopg import Connection, IsolationLevel

from task_ledger.errors import LedgerError, UnsupportedConfiguration
from task_ledger.eventlog.answered import connect_answered
from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import query as _query
from task_ledger.eventlog.database import session, translated
from task_ledger.eventlog.pooler import refuse_pooler
from task_ledger.eventlog.schema_revision import check_schema

_SESSION: Final = {
    # Followers of the timelines, such as the sealer, must never see a row that a crash can lose.
    "synchronous_commit": "on",
    # Releases what a hanging process holds (checkpoints, outbox rows).
    "idle_in_transaction_session_timeout": "60s",
    # The poll is planned once. A plan made while the tables were empty would use sequential scans
    # and be kept while they grow, so only indexes are allowed.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "jit": "off",
}


ANSWER_S: Final = 120.0
"""Seconds to wait for a statement's answer, which only a frozen server exceeds. The part then
reconnects, to a server that has taken over if there is one.
"""


def query(name: str) -> LiteralString:
    """The SQL of `queries/<name>.sql` of this package."""
    return _query(name, __name__.rpartition(".")[0])


def uuid_array(ids: Iterable[UUID]) -> str:
    """Ids in PostgreSQL's array format, for a parameter that is cast to uuid[].

    psycopg formats a list element by element, which takes ten times as long for thousands of ids.
    """
    return f"{{{','.join(map(str, ids))}}}"


def connect(url: str, part: str, answer_s: float | None = None) -> Connection[Any]:
    """A new connection in autocommit mode whose transactions are READ COMMITTED.

    It can read every timestamp that the database can store, so an altered row only affects its own
    task.

    Args:
        url: a libpq address; options in it, such as the role, are kept.
        part: the part of the service that uses it; shown in pg_stat_activity.
        answer_s: seconds to wait for a statement's answer before the connection is closed. Default:
            `ANSWER_S`.

    Raises:
        psycopg.OperationalError, LedgerUnavailable: the database cannot be reached.
        UnsupportedConfiguration: the server is behind a pooler.
        SchemaMismatch: this release does not work with the database's schema.
    """
    own = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    try:
        connection: Connection[Any] = connect_answered(
            url, answer_s or ANSWER_S, **session(url, f"task-ledger {part}", own)
        )
    except psycopg.OperationalError as error:
        known = translated(error)
        if isinstance(known, UnsupportedConfiguration):
            raise known from error
        raise
    try:
        refuse_pooler(connection, "the projector")
        check_schema(connection)
    except LedgerError:
        connection.close()
        raise
    read_any_time(connection)
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    return connection
