"""Check that the log's followers keep up."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, by_age, fail, ok
from task_ledger.eventlog.database import query
from task_ledger.eventlog.lag import read_lag

_PACKAGE: Final = str(__package__)
_NAMED: Final = 5


def lag(connection: Connection[Any]) -> Iterator[Check]:
    """Check how far the lists are behind the log."""
    behind = read_lag(connection)
    yield by_age(
        "projection",
        f"{behind.events} events behind, the oldest for {behind.oldest_s:.1f} s"
        if behind.events
        else "up to date",
        "Make sure that a projector is running (`task-ledger projector`), and look at its log.",
        behind.oldest_s,
        warn_s=5,
        fail_s=60,
    )


def dead_letters(connection: Connection[Any]) -> Iterator[Check]:
    """Look for tasks that could not be folded; their records are no longer updated."""
    rows = connection.execute(query("dead_letters", _PACKAGE), {"limit": _NAMED + 1}).fetchall()
    if not rows:
        yield ok("dead letters", "none")
        return
    named = [f"{task} v{version}: {reason}" for _, task, version, reason in rows[:_NAMED]]
    more = ["and more"] if len(rows) > _NAMED else []
    yield fail(
        "dead letters",
        "; ".join(named + more),
        "Run `task-ledger verify --task …`. Once the cause is repaired, the projector updates the"
        " record by itself.",
    )


def undispatched(connection: Connection[Any]) -> Iterator[Check]:
    """Look for messages that are due but not published."""
    count, oldest_s = connection.execute(query("undispatched")).fetchone() or (0, 0.0)
    yield by_age(
        "outbox",
        f"{count} messages are due, the oldest for {oldest_s:.1f} s" if count else "nothing is due",
        "Make sure that a projector with the part relay is running, and that the broker can be"
        " reached.",
        oldest_s,
        warn_s=5,
        fail_s=60,
    )
