"""Rewrites tables in which data was erased.

PostgreSQL keeps old versions of rows in its files: after an UPDATE or DELETE, and even after a
plain VACUUM, the text is still in the pages. VACUUM FULL writes a new file with the visible rows
only. Source: PostgreSQL's manual, "VACUUM"; the remaining copies were located by searching the
files.
"""

import time
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection, sql

from task_ledger.errors import LedgerBusy
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.ops.roles import DEFAULT_PREFIX, group_role

_BESIDE: Final = ("task_record", "traceback", "message", "outbox", "dead_letter")
"""Tables whose rows an erasure changes or deletes, besides the log's partitions."""

_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The result of a rewrite.

    Attributes:
        tables: their names; empty if nothing was erased since the last time.
        statistics: whether the planner's statistics were rewritten too, which only the database's
            owner may do.
    """

    tables: tuple[str, ...]
    statistics: bool


def rewrite_erased(
    connection: Connection[Any],
    role_prefix: str = DEFAULT_PREFIX,
    *,
    actor: str,
    wait_s: float = 60.0,
) -> Rewritten:
    """Rewrite the months and tables from which something was erased since the last rewrite.

    Each table is locked while it is rewritten: writers and readers of that month wait. An
    interrupted rewrite can be run again; it is recorded in the access log when it is done. Data
    erased in the meantime is left to the next rewrite.

    Args:
        connection: on autocommit, as a login that is a member of the owner's role.
        actor: recorded in the access log.
        wait_s: for how many seconds to wait for transactions, prepared transactions and replication
            slots that may still see what was erased: VACUUM keeps rows that they can see.

    Raises:
        LedgerBusy: one of these did not end, or a table could not be locked within five seconds.
        LedgerUnavailable, NotPermitted.
    """
    owner = group_role("owner", role_prefix)
    with ledger_errors():
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(owner)))
        erased = connection.execute(query("erased_months", __package__)).fetchall()
        if not erased:
            return Rewritten((), statistics=True)
        up_to = max(row[1] for row in erased)
        _wait_for_snapshots(connection, wait_s)
        tables = (*(row[0] for row in erased), *_BESIDE)
        connection.execute("SET lock_timeout = '5s'")
        for table in tables:
            connection.execute(
                sql.SQL("VACUUM (FULL) {}").format(sql.Identifier("task_ledger", table))
            )
        for table in ("task_event", *_BESIDE):
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier("task_ledger", table)))
        connection.execute("RESET ROLE")
        row = connection.execute(query("owns_database", __package__)).fetchone()
        owns = row is not None and bool(row[0])
        if owns:
            connection.execute("VACUUM (FULL) pg_catalog.pg_statistic")
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(owner)))
        told = {
            "actor": actor,
            "action": "erasure",
            "project_id": None,
            "task_id": None,
            # Data erased in the meantime is left to the next rewrite, which reads this.
            "detail": f"rewrote {', '.join(tables)}, up to row {up_to}",
        }
        connection.execute(query("record_access"), told)
    return Rewritten(tables, statistics=owns)


def _wait_for_snapshots(connection: Connection[Any], wait_s: float) -> None:
    row = connection.execute("SELECT pg_current_xact_id()::text").fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    until = time.monotonic() + wait_s
    while held := connection.execute(
        query("who_sees_older", __package__), {"xid": row[0]}
    ).fetchone():
        if time.monotonic() > until:
            raise LedgerBusy(
                f"{held[0]} may still see what was erased, so a rewrite would keep it: end it, then"
                " run task-ledger erase --rewrite again"
            )
        time.sleep(_POLL_S)
