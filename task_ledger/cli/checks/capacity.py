"""Capacity checks: database connections, and workers for each queue."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, fail, ok, warn
from task_ledger.cli.checks.roles import service_roles
from task_ledger.eventlog.database import query
from task_ledger.ops.settings import Settings

_PACKAGE: Final = str(__package__)
_NEARLY: Final = 0.8
UNCONSUMED_S: Final = 600.0


def connections(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check connection limits of the server, the database and the ledger's logins."""
    rows = connection.execute(
        query("connections", _PACKAGE), {"roles": service_roles(settings)}
    ).fetchall()
    told = [f"{whose} has {used} of {limit}" for whose, used, limit in rows]
    tight = [t for t, (_, used, limit) in zip(told, rows, strict=True) if used >= _NEARLY * limit]
    full = any(used >= limit for _, used, limit in rows)
    if tight:
        yield (fail if full else warn)(
            "connections",
            "; ".join(tight),
            "A worker needs two connections for each child process, plus two. Raise "
            "max_connections or the login's CONNECTION LIMIT, or run fewer children.",
        )
    else:
        yield ok("connections", "; ".join(told))


def queues(connection: Connection[Any]) -> Iterator[Check]:
    """Check that no tasks wait in a queue without workers."""
    rows = connection.execute(
        query("unconsumed_queues", _PACKAGE), {"since_s": UNCONSUMED_S}
    ).fetchall()
    if rows:
        yield warn(
            "queues",
            "; ".join(
                f"{tasks} tasks wait in {queue}, the first for {seconds / 60:.0f} min"
                for queue, tasks, seconds in rows
            ),
            "No task of this queue has started since: start a worker with --queues …, or enqueue "
            "to a queue that has one.",
        )
    else:
        yield ok("queues", "every queue with due tasks has a worker")
