"""Limit the work on a month's archive to one process at a time."""

import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import Connection

from task_ledger.archive.errors import StillInUse
from task_ledger.archive.month import Month
from task_ledger.eventlog.database import ledger_errors

_POLL_S = 0.2


@contextmanager
def alone(connection: Connection[Any], month: Month, wait_s: float) -> Generator[None]:
    """Keep other processes from retiring the month and from erasing in its archive: two writers of
    one archive would remove each other's files.

    Args:
        connection: on autocommit; the lock is released with its session at the latest.
        wait_s: seconds to wait for another process; the server may be late to notice a killed one.

    Raises:
        StillInUse: another process holds the lock.
        LedgerUnavailable.
    """
    name = (f"task-ledger archive {month}",)
    until = time.monotonic() + wait_s
    with ledger_errors():
        while connection.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", name
        ).fetchone() != (True,):
            if time.monotonic() > until:
                raise StillInUse(
                    f"another process is retiring month {month} or erasing in its archive; run"
                    " this command again when it has ended"
                )
            time.sleep(_POLL_S)
    try:
        yield
    finally:
        with suppress(psycopg.Error):
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", name)
