"""The access log: who read what, and who was let in. Append-only, chained, and sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.digest import seconds

Action = Literal["export", "evidence", "traceback"]
"""What readers record themselves; the database records tokens and sign-ins."""

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Access:
    """One row.

    Attributes:
        seq: its number, from 1 without gaps.
        at: by the database's clock.
        actor: a token's name, a person at a machine, or `login` and a database's login.
        detail: what else is to be said of it; holds no secret.
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
    """The first row that does not fit, and why."""

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
    """Record that somebody reads something; call it before they do.

    Never commits: on a connection that is not on autocommit, the caller commits at once, since
    the next row waits for it.

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
    """Rows behind a number, the oldest first.

    Args:
        projects: only what concerns these projects; None for every row, tokens included.

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
    """The digest of a row behind the row whose digest is `previous`, as `access_digest.sql`."""
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
    """The first row whose number or digest does not fit; None when all do.

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
