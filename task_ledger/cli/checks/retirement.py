"""Check that no month is left between database and archive, and that archives are there."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, fail, ok, warn
from task_ledger.eventlog.database import query
from task_ledger.ops.settings import Settings

_PACKAGE: Final = str(__package__)


def retirement(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check the months that are being retired or have left; yields nothing if there are none."""
    rows = connection.execute(query("retired_months", _PACKAGE)).fetchall()
    if not rows:
        return
    left = [row[1] for row in rows if row[3] is not None]
    for month, name, closing_at, closed_at, forgotten in rows:
        if closed_at is None:
            yield warn(
                "retirement",
                f"{name} takes no events since {closing_at:%Y-%m-%d %H:%M} UTC and has not left",
                f"Run `task-ledger retire {name}` again, or with --reopen to give it up.",
            )
        elif not forgotten:
            yield warn(
                "retirement",
                f"{name} has left, but records of its tasks are still there",
                f"Run `task-ledger retire {name}` again.",
            )
        else:
            yield from _archive(settings, month, name)
    if left:
        yield ok("retired months", f"{len(left)}, the last one {left[-1]}")


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
        yield fail(
            "archive",
            f"that of {name}: {error}",
            "Set TASK_LEDGER_ARCHIVE_URL to where it is, or restore it from a backup.",
        )
