"""Check that workers live, and that the attempts of those that were lost are closed."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.eventlog.database import query

_PACKAGE: Final = str(__package__)
_LOST_S: Final = 3600.0
_CLOSED_S: Final = 60.0

WORKERS_LOST: Final = warning(
    "workers_lost",
    "workers",
    "Workers were lost within the last hour: their leases expired without a goodbye.",
    "Look at their logs and the kernel's: out of memory, killed, or cut off from the database."
    " Their tasks run again while an attempt is left.",
)
ATTEMPTS_STRANDED: Final = failure(
    "attempts_stranded",
    "attempts",
    "Attempts of workers that are gone have not been closed for over a minute.",
    "Make sure that a projector with the part reconcile is running, and look at its log.",
)


def attempts(connection: Connection[Any]) -> Iterator[Check]:
    """Check the leases of workers, and the attempts that were begun under them."""
    row = connection.execute(
        query("lost_workers", _PACKAGE), {"lost_s": _LOST_S, "closed_s": _CLOSED_S}
    ).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    alive, lost, stranded = row
    if lost:
        yield WORKERS_LOST.found(f"{alive} are alive; lost: {', '.join(lost)}")
    else:
        yield ok("workers", f"{alive} are alive")
    if stranded:
        yield ATTEMPTS_STRANDED.found(f"{stranded} of workers that are gone")
    else:
        yield ok("attempts", "none of a worker that is gone")
