"""Check that no month is left between database and archive, and that archives are there."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.eventlog.database import query
from task_ledger.ops.settings import Settings

_PACKAGE: Final = str(__package__)

RETIREMENT_UNFINISHED: Final = warning(
    "retirement_unfinished",
    "retirement",
    "A month takes no events any more and has not left the database.",
    "Run `task-ledger retire {month}` again, or with --reopen to give it up.",
)
RETIREMENT_INCOMPLETE: Final = warning(
    "retirement_incomplete",
    "retirement",
    "A month has left the database, and records of its tasks are still there.",
    "Run `task-ledger retire {month}` again.",
)
RETIREMENT_BEHIND: Final = warning(
    "retirement_behind",
    "retirement",
    "A month is older than TASK_LEDGER_KEEP_MONTHS allows and is still in the database.",
    "`task-ledger retire {month}` says what keeps it: a hold, tasks that have not ended, or events"
    " that are not sealed. Make sure that a projector with the part months is running.",
)
ARCHIVE_MISSING: Final = failure(
    "archive_missing",
    "archive",
    "The archive of a retired month is missing, or was altered.",
    "Set TASK_LEDGER_ARCHIVE_URL to where it is, or restore it from a backup.",
)


def retirement(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check the months that are being retired or have left; yields nothing if there are none."""
    yield from _kept_too_long(settings, connection)
    rows = connection.execute(query("retired_months", _PACKAGE)).fetchall()
    if not rows:
        return
    left = [row[1] for row in rows if row[3] is not None]
    for month, name, closing_at, closed_at, forgotten in rows:
        if closed_at is None:
            yield RETIREMENT_UNFINISHED.found(
                f"{name} takes no events since {closing_at:%Y-%m-%d %H:%M} UTC and has not left",
                month=name,
            )
        elif not forgotten:
            yield RETIREMENT_INCOMPLETE.found(
                f"{name} has left, but records of its tasks are still there", month=name
            )
        else:
            yield from _archive(settings, month, name)
    if left:
        yield ok("retired months", f"{len(left)}, the last one {left[-1]}")


def _kept_too_long(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    if settings.keep_months is None:
        return
    rows = connection.execute(
        query("months_kept", _PACKAGE), {"keep_months": settings.keep_months}
    ).fetchall()
    if rows:
        months = [name for (name,) in rows]
        yield RETIREMENT_BEHIND.found(
            f"{', '.join(months)} still there; {settings.keep_months} months are to be kept",
            month=months[0],
        )


def _archive(settings: Settings, bucket: int, name: str) -> Iterator[Check]:
    if find_spec("cryptography") is None or find_spec("fsspec") is None:
        return
    from task_ledger.archive.errors import ArchiveError
    from task_ledger.archive.location import archives_of
    from task_ledger.archive.month import Month
    from task_ledger.archive.reading import read_month
    from task_ledger.sealer.errors import StoreUnavailable

    try:
        read_month(archives_of(settings), Month(bucket))
    except (ArchiveError, StoreUnavailable) as error:
        yield ARCHIVE_MISSING.found(f"that of {name}: {error}")
