"""Check that notifications are made and sent."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, warning
from task_ledger.notifier.backlog import read_backlog

NOTIFIER_BEHIND: Final = warning(
    "notifier_behind",
    "notifications",
    "Notifications are due, or events have not been read by a notifier, for over a minute.",
    "Make sure that a notifier is running (`task-ledger notifier`), and look at its log.",
    fails="after 10 minutes",
)
NOTIFICATIONS_GIVEN_UP: Final = warning(
    "notifications_given_up",
    "notifications",
    "Notifications were given up after all their tries.",
    "`task-ledger notify list` says why, `task-ledger notify again` sends them again.",
)


def notifications(connection: Connection[Any]) -> Iterator[Check]:
    """Check that a notifier keeps up, and that no notification was given up."""
    found = read_backlog(connection)
    late_s = max(found.unread_s, found.due_s)
    checked = NOTIFIER_BEHIND.by_age(
        f"{found.due} are due; events have not been read for {found.unread_s:.0f} s"
        if late_s
        else "none wait",
        late_s,
        warn_s=60,
        fail_s=600,
    )
    if not checked.advice and found.dead:
        checked = NOTIFICATIONS_GIVEN_UP.found(f"{found.dead} were given up")
    yield checked
