"""Check that schedules are watched by a beat, and that what they start can start."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, ok, warning
from task_ledger.eventlog.database import query

_PACKAGE: Final = str(__package__)

SCHEDULES_UNWATCHED: Final = warning(
    "schedules_unwatched",
    "schedules",
    "Schedules are due, and no beat has looked at them for over a minute.",
    "Start `celery beat`, and look at its log. `task-ledger schedules` shows each schedule. One"
    " that was removed from `beat_schedule` is named for a day.",
    fails="after 10 minutes, if no beat runs",
)
SCHEDULE_FAILS: Final = warning(
    "schedule_fails",
    "schedules",
    "The last start of a schedule failed.",
    "Look at the beat's log for beat_entry_failed.",
)


def schedules(connection: Connection[Any]) -> Iterator[Check]:
    """Check the entries of beat's schedule; yields nothing if there are none."""
    rows = connection.execute(query("schedules_in_trouble", _PACKAGE)).fetchall()
    late = [(name, seconds) for name, seconds, _, _ in rows if seconds is not None]
    failing = [f"{name}: {failure}" for name, _, failure, _ in rows if failure is not None]
    if late:
        beat_runs = any(watched for *_, watched in rows)
        yield SCHEDULES_UNWATCHED.found(
            "; ".join(f"{name} is due for {seconds / 60:.0f} min" for name, seconds in late),
            fails=not beat_runs and any(seconds > 600 for _, seconds in late),
        )
    if failing:
        yield SCHEDULE_FAILS.found("; ".join(failing))
    if not rows:
        yield ok("schedules", "none is late, none has failed")
