"""Retire a month, in an order that cannot lose data.

1. Close the month: from the commit on, every writer is refused.
2. Wait for transactions that began to write before.
3. Check again for obstacles; if there are any, reopen the month.
4. Require that its events are sealed, if there is a sealed log.
5. Write the archive.
6. Read it back and verify it, including the seals if there are any.
7. Remove the month from the database, in one transaction.
8. Delete the records, tracebacks and messages of its tasks.

It can be killed at any point and run again: before step 7 the whole month is in the database, after
it in a verified archive.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from task_ledger.archive.alone import alone
from task_ledger.archive.errors import HeldBack, InvalidArchive, Obstacle, StillInUse
from task_ledger.archive.month import Month
from task_ledger.archive.sealing import SealedLog
from task_ledger.archive.store import ArchiveStore
from task_ledger.archive.verifying import verify_month
from task_ledger.archive.writing import write_month
from task_ledger.errors import LedgerBusy
from task_ledger.eventlog.database import ledger_errors, query

STEPS: Final = ("close", "wait", "check", "seal", "write", "read back", "take out", "forget")

_POLL_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Retired:
    """A month that has left the database.

    Attributes:
        events: number of events in its archive.
    """

    month: Month
    events: int


def obstacles(connection: Connection[Any], month: Month) -> list[Obstacle]:
    """The obstacles to retiring the month now; empty if there are none. Only reads.

    Args:
        connection: of the owner.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    with ledger_errors():
        rows = connection.execute(query("obstacles", __package__), {"bucket": month.bucket})
        return [Obstacle(*row) for row in rows.fetchall()]


def retire_month(
    connection: Connection[Any],
    month: Month,
    store: ArchiveStore,
    sealed: SealedLog | None,
    *,
    actor: str,
    wait_s: float = 60.0,
    began: Callable[[str], None] = lambda _: None,
) -> Retired:
    """Archive a month and remove it from the database, or finish an earlier run.

    Args:
        connection: of the owner, on autocommit; runs many transactions.
        sealed: the sealed log, which must cover the month; None if there is none.
        actor: recorded in the access log.
        wait_s: seconds to wait for another retirement of the month, for writers, for the sealer,
            and for readers of the month.
        began: called with each of `STEPS` as it begins.

    Raises:
        HeldBack: there are obstacles; the month accepts events as before.
        StillInUse, NotYetSealed: run it again; a month that was closed stays closed meanwhile.
        InvalidArchive: the archive read back differs from the one written; the month stays.
        MonthRetired: the month was reopened or put on hold meanwhile.
        StoreUnavailable, LedgerUnavailable, NotPermitted; errors of the sealed log.
    """
    asked = {"bucket": month.bucket}
    with ledger_errors(), alone(connection, month, wait_s):
        row = connection.execute(query("month", __package__), asked).fetchone()
        closing, closed_at, _, events = row or (False, None, None, None)
        if closed_at is None:
            began("close")
            if not closing:
                _require_none(connection, month)
                connection.execute("SELECT task_ledger.close_bucket(%(bucket)s)", asked)
            began("wait")
            _wait_for_writers(connection, month, wait_s)
            began("check")
            try:
                _require_none(connection, month, wait_s)
            except HeldBack:
                reopen(connection, month)
                raise
            connection.execute("SELECT task_ledger.prepare_retirement(%(bucket)s)", asked)
            if sealed is not None:
                began("seal")
                sealed.require(_ends(connection, month), wait_s)
            began("write")
            whole = write_month(connection, month, store, sealed.tree if sealed else None)
            began("read back")
            if verify_month(store, month, sealed.keys() if sealed else ()).events != whole.events:
                raise InvalidArchive(f"the archive of {month} lacks events")
            events = whole.events
            began("take out")
            _take_out(
                connection,
                asked
                | {"archive": str(month), "events": events, "actor": actor}
                | {"root": bytes.fromhex(whole.root)},
                wait_s,
            )
        began("forget")
        while connection.execute(
            "SELECT task_ledger.forget_retired(%(bucket)s)", asked
        ).fetchone() != (0,):
            pass
    return Retired(month, events or 0)


def reopen(connection: Connection[Any], month: Month) -> bool:
    """Give up a retirement before the month has left; its tasks accept events again.

    Returns: whether it was being retired.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    with ledger_errors():
        row = connection.execute("SELECT task_ledger.reopen_bucket(%s)", (month.bucket,)).fetchone()
    return row is not None and bool(row[0])


def _require_none(connection: Connection[Any], month: Month, wait_s: float = 0.0) -> None:
    """Raise if there are obstacles; waits only for followers that have not read the last events."""
    until = time.monotonic() + wait_s
    while found := obstacles(connection, month):
        if time.monotonic() > until or any(each.kind != "behind" for each in found):
            raise HeldBack(str(month), found)
        time.sleep(_POLL_S)


def _wait_for_writers(connection: Connection[Any], month: Month, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while connection.execute("SELECT task_ledger.writers_left(%s)", (month.bucket,)).fetchone() != (
        False,
    ):
        if time.monotonic() > until:
            raise StillInUse(
                f"a transaction that began before month {month} was closed is still open; run this"
                " command again when it has ended (see pg_stat_activity and pg_prepared_xacts)"
            )
        time.sleep(_POLL_S)


def _ends(connection: Connection[Any], month: Month) -> dict[str, int]:
    rows = connection.execute(query("projects", __package__), {"bucket": month.bucket})
    return {row[0]: row[4] for row in rows.fetchall()}


def _take_out(connection: Connection[Any], asked: dict[str, Any], wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            with ledger_errors():
                connection.execute(query("take_out", __package__), asked)
        except LedgerBusy as error:
            if time.monotonic() > until:
                raise StillInUse(
                    "a long transaction reads or writes the log, so the month was not removed; run"
                    " this command again"
                ) from error
        else:
            return
