"""Check that notifications are made and sent."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from task_ledger.cli.checks.check import Check, by_age, warn
from task_ledger.notifier.backlog import read_backlog


def notifications(connection: Connection[Any]) -> Iterator[Check]:
    """Check that a notifier keeps up, and that no notification was given up."""
    found = read_backlog(connection)
    late_s = max(found.unread_s, found.due_s)
    checked = by_age(
        "notifications",
        f"{found.due} are due; events have not been read for {found.unread_s:.0f} s"
        if late_s
        else "none wait",
        "Make sure that a notifier is running (`task-ledger notifier`), and look at its log.",
        late_s,
        warn_s=60,
        fail_s=600,
    )
    if not checked.advice and found.dead:
        checked = warn(
            "notifications",
            f"{found.dead} were given up",
            "`task-ledger notify list` says why, `task-ledger notify again` sends them again.",
        )
    yield checked
