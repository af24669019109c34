"""Capacity checks: database connections, and workers for each queue."""

from collections.abc import Iterator
from typing import Any, Final, cast

from psycopg import Connection

from task_ledger.cli.checks.check import Check, ok, warning
from task_ledger.cli.checks.roles import service_roles
from task_ledger.eventlog.database import query
from task_ledger.eventlog.stuck import unconsumed_queues
from task_ledger.ops import connection_budget
from task_ledger.ops.roles import Role, group_role
from task_ledger.ops.settings import Settings

_PACKAGE: Final = str(__package__)
_NEARLY: Final = 0.8
UNCONSUMED_S: Final = 600.0
PAUSED_S: Final = 24 * 3600.0

CONNECTIONS_NEARLY_USED: Final = warning(
    "connections_nearly_used",
    "connections",
    "Four fifths of the connections of the server, the database or a login are used.",
    "A worker needs up to three connections for each child process, plus two. Raise "
    "max_connections or the login's CONNECTION LIMIT, or run fewer children.",
    fails="when all are used",
)
CONNECTIONS_TOO_FEW: Final = warning(
    "connections_too_few",
    "connection budget",
    "A process of each service does not fit the limits of its login or of the server.",
    "Raise the login's CONNECTION LIMIT or max_connections, or lower"
    " TASK_LEDGER_POOL_MAX_SIZE. Each additional process needs as many again.",
)
QUEUE_UNCONSUMED: Final = warning(
    "queue_unconsumed",
    "queues",
    "Tasks have waited for over 10 minutes in a queue from which none was started meanwhile.",
    "No task of this queue has started since: start a worker with --queues …, or enqueue "
    "to a queue that has one.",
)
QUEUE_PAUSED_LONG: Final = warning(
    "queue_paused_long",
    "paused queues",
    "A queue has been paused for over a day.",
    "`task-ledger queues` shows what waits; `task-ledger queues --resume … --reason …` resumes it.",
)


def connections(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check connection limits of the server, the database and the ledger's logins."""
    rows = connection.execute(
        query("connections", _PACKAGE), {"roles": service_roles(settings)}
    ).fetchall()
    told = [f"{whose} has {used} of {limit}" for whose, used, limit in rows]
    tight = [t for t, (_, used, limit) in zip(told, rows, strict=True) if used >= _NEARLY * limit]
    full = any(used >= limit for _, used, limit in rows)
    if tight:
        yield CONNECTIONS_NEARLY_USED.found("; ".join(tight), fails=full)
    else:
        yield ok("connections", "; ".join(told))


def budget(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check that one process of each service fits the limits of its login and of the server."""
    rows = connection.execute(
        query("connection_limits", _PACKAGE), {"roles": service_roles(settings)}
    ).fetchall()
    server: int = rows[0][2]
    limits: dict[str, int | None] = {role: limit for role, limit, _ in rows}
    needs = {
        "api": connection_budget.api(settings.pool_max_size),
        "projector": connection_budget.PROJECTOR,
        "sealer": connection_budget.SEALER,
        "notifier": connection_budget.NOTIFIER,
    }
    found: list[str] = []
    short = False
    for name, need in needs.items():
        limit = limits[group_role(cast("Role", name), settings.role_prefix)]
        found.append(f"{name} needs {need}" + ("" if limit is None else f" of {limit}"))
        short = short or (limit is not None and limit < need)
    left = server - sum(needs.values())
    worker = limits[group_role("worker", settings.role_prefix)]
    room = left if worker is None else min(left, worker)
    children = connection_budget.children_within(room)
    found.append(f"{room} leave room for {children} children of one worker")
    if short or not children:
        yield CONNECTIONS_TOO_FEW.found("; ".join(found))
    else:
        yield ok("connection budget", "; ".join(found))


def queues(connection: Connection[Any]) -> Iterator[Check]:
    """Check that no tasks wait in a queue without workers, and that no pause was forgotten."""
    found = unconsumed_queues(connection, UNCONSUMED_S)
    if found:
        yield QUEUE_UNCONSUMED.found(
            "; ".join(
                f"{each.tasks} tasks wait in {each.queue},"
                f" the first for {each.oldest_s / 60:.0f} min"
                for each in found
            )
        )
    else:
        yield ok("queues", "every queue with due tasks has a worker")
    pauses = connection.execute(query("long_pauses", _PACKAGE), {"since_s": PAUSED_S}).fetchall()
    if pauses:
        yield QUEUE_PAUSED_LONG.found(
            "; ".join(
                f"{queue} since {paused_at:%Y-%m-%d %H:%M} UTC by {by}: {reason}"
                for queue, paused_at, by, reason in pauses
            )
        )
