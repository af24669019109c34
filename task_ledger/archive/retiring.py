"""Retiring a month, in the order in which nothing can be lost.

1. Close the month: from the commit on, every writer is refused.
2. Wait until no transaction is left that began to write before.
3. Look again whether anything holds it back; if so, open it again.
4. Require that its events are sealed, where there is a sealed log.
5. Write the archive.
6. Read it back and verify it, with the seals where there are any.
7. Take the month out of the database, in one transaction.
8. Delete the records, tracebacks and messages of its tasks.

It can be killed at every point and run again: up to step 7 the month is in the database as a
whole, from then on in an archive that was verified.
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
        events: how many its archive has.
    """

    month: Month
    events: int


def obstacles(connection: Connection[Any], month: Month) -> list[Obstacle]:
    """What keeps the month from being retired now; empty if nothing does. Only reads.

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
    """Archive a month and take it out of the database, or finish what an earlier run began.

    Args:
        connection: of the owner, on autocommit; many transactions.
        sealed: the sealed log, in which the month must be; None if there is none.
        actor: who retires it, for the access log.
        wait_s: seconds to wait for another retirement of the month, for writers, for the sealer,
            and for readers of the month.
        began: told each of `STEPS` as it begins.

    Raises:
        HeldBack: something holds the month back; it takes events, as before.
        StillInUse, NotYetSealed: run it again; once the month was closed, it takes no events
            meanwhile.
        InvalidArchive: what was read back is not what was written; the month stays.
        MonthRetired: the month was opened again, or put on hold, meanwhile.
        StoreUnavailable, LedgerUnavailable, NotPermitted; what the sealed log raises.
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
    """Give up the retirement of a month that has not left; its tasks take events again.

    Returns: whether it was closing.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    with ledger_errors():
        row = connection.execute("SELECT task_ledger.reopen_bucket(%s)", (month.bucket,)).fetchone()
    return row is not None and bool(row[0])


def _require_none(connection: Connection[Any], month: Month, wait_s: float = 0.0) -> None:
    """Waits only for followers, which may have the last events still to read."""
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
                    "somebody reads or writes the log in a long transaction, so the month was not"
                    " taken out; run this command again"
                ) from error
        else:
            return
