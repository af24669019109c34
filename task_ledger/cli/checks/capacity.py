"""Capacity checks: database connections, and workers for each queue."""

from collections.abc import Iterator
from typing import Any, Final, cast

from psycopg import Connection

from task_ledger.cli.checks.check import Check, fail, ok, warn
from task_ledger.cli.checks.roles import service_roles
from task_ledger.eventlog.database import query
from task_ledger.ops import connection_budget
from task_ledger.ops.roles import Role, group_role
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
            "A worker needs up to three connections for each child process, plus two. Raise "
            "max_connections or the login's CONNECTION LIMIT, or run fewer children.",
        )
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
        yield warn(
            "connection budget",
            "; ".join(found),
            "Raise the login's CONNECTION LIMIT or max_connections, or lower"
            " TASK_LEDGER_POOL_MAX_SIZE. Each additional process needs as many again.",
        )
    else:
        yield ok("connection budget", "; ".join(found))


def queues(connection: Connection[Any]) -> Iterator[Check]:
    """Check that no tasks wait in a queue without workers."""
    rows = connection.execute(query("unconsumed_queues"), {"since_s": UNCONSUMED_S}).fetchall()
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
