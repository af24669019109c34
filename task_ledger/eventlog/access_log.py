"""The access log: who read what, and who signed in. Append-only, chained and sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.digest import seconds

Action = Literal[
    "export", "evidence", "traceback", "erasure", "channel_saved", "channel_deleted",
    "channel_tested", "rule_added", "rule_changed", "rule_deleted", "notifications_resent",
]  # fmt: skip
"""The kinds of access that programs record; the database records tokens, sign-ins and the rest."""

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Access:
    """One row of the access log.

    Attributes:
        seq: its number: consecutive, from 1.
        at: time by the database's clock.
        actor: a token's name, the user of a command line, or `login` and a database login.
        detail: further details; no secrets.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    project_id: str | None
    task_id: UUID | None
    detail: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class AccessMisfit:
    """The first row that does not match, and why."""

    seq: int
    reason: str


def record_access(
    connection: Connection[Any],
    actor: str,
    action: Action,
    *,
    project_id: str | None = None,
    task_id: UUID | None = None,
    detail: str | None = None,
) -> int:
    """Record an access, before it happens.

    Never commits. On a connection that is not on autocommit, commit at once, because the next
    writer waits for it.

    Returns: the row's number.

    Raises:
        LedgerBusy: another transaction holds the log for more than five seconds.
        LedgerUnavailable, NotPermitted.
    """
    parameters = {
        "actor": actor,
        "action": action,
        "project_id": project_id,
        "task_id": task_id,
        "detail": detail,
    }
    with ledger_errors():
        row = connection.execute(query("record_access"), parameters).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return int(row[0])


def read_accesses(
    connection: Connection[Any],
    *,
    after: int = 0,
    limit: int | None = None,
    projects: Sequence[str] | None = None,
) -> list[Access]:
    """The rows after a number, oldest first.

    Args:
        projects: only rows about these projects; None for all rows, including those about tokens.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    parameters = {
        "after": after,
        "limit": limit,
        "projects": None if projects is None else list(projects),
    }
    with ledger_errors():
        return [Access(*row) for row in connection.execute(query("access_log"), parameters)]


def access_digest(previous: bytes | None, row: Access) -> bytes:
    """The digest of a row, given the previous row's digest; the same as `access_digest.sql`."""
    lines = (
        "task-ledger access 1",
        previous.hex() if previous is not None else "-",
        row.seq,
        seconds(row.at),
        len(row.actor.encode()),
        row.actor,
        row.action,
        "-" if row.project_id is None else len(row.project_id.encode()),
        "-" if row.project_id is None else row.project_id,
        row.task_id or "-",
        "-" if row.detail is None else len(row.detail.encode()),
        "-" if row.detail is None else row.detail,
    )
    return sha256("\n".join(map(str, lines)).encode()).digest()


def verify_accesses(connection: Connection[Any]) -> AccessMisfit | None:
    """The first row whose number or digest does not match; None if all do.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    previous: Access | None = None
    for row in _all(connection):
        expected = previous.seq + 1 if previous else 1
        if row.seq != expected:
            return AccessMisfit(expected, f"the row is missing; number {row.seq} follows")
        if access_digest(previous.digest if previous else None, row) != row.digest:
            return AccessMisfit(row.seq, "its digest does not fit its columns and the row before")
        previous = row
    return None


def _all(connection: Connection[Any]) -> Iterator[Access]:
    after = 0
    while rows := read_accesses(connection, after=after, limit=_BATCH):
        yield from rows
        after = rows[-1].seq
