"""Check that the log's followers keep up."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.eventlog.database import query
from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.stuck import read_undispatched

_PACKAGE: Final = str(__package__)
_NAMED: Final = 5

PROJECTION_BEHIND: Final = warning(
    "projection_behind",
    "projection",
    "Lists, timelines and streams have not shown an event for over 5 s.",
    "Make sure that a projector is running (`task-ledger projector`), and look at its log.",
    fails="after 60 s",
)
TASKS_IN_QUARANTINE: Final = failure(
    "tasks_in_quarantine",
    "dead letters",
    "Tasks cannot be folded; their records are no longer updated.",
    "Run `task-ledger verify --task …`. Once the cause is repaired, the projector updates the"
    " record by itself.",
)
MESSAGES_UNPUBLISHED: Final = warning(
    "messages_unpublished",
    "outbox",
    "A message has been due for over 5 s and is not published.",
    "Make sure that a projector with the part relay is running, and that the broker can be"
    " reached.",
    fails="after 60 s",
)
MESSAGES_REFUSED: Final = warning(
    "messages_refused",
    "refused messages",
    "The broker has refused messages, which are tried again.",
    "As the projector's role, read last_error in task_ledger.outbox. After ten tries, a task ends"
    " as failed(undeliverable).",
)


def lag(connection: Connection[Any]) -> Iterator[Check]:
    """Check how far the lists are behind the log."""
    behind = read_lag(connection)
    yield PROJECTION_BEHIND.by_age(
        f"{behind.events} events behind, the oldest for {behind.oldest_s:.1f} s"
        if behind.events
        else "up to date",
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
    yield TASKS_IN_QUARANTINE.found("; ".join(named + more))


def undispatched(connection: Connection[Any]) -> Iterator[Check]:
    """Look for messages that are due but not published, and those that the broker refuses."""
    count, oldest_s = read_undispatched(connection)
    yield MESSAGES_UNPUBLISHED.by_age(
        f"{count} messages are due, the oldest for {oldest_s:.1f} s" if count else "nothing is due",
        oldest_s,
        warn_s=5,
        fail_s=60,
    )
    refused, tries = connection.execute(query("refused_messages", _PACKAGE)).fetchone() or (0, 0)
    if refused:
        yield MESSAGES_REFUSED.found(f"{refused} messages, tried up to {tries} times")
