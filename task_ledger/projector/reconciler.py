"""The reconciler: closes attempts whose workers were lost.

It looks for them in the read model, which may be behind the log, and closes them under the claim it
saw: if another claim or none holds the task by then, the ledger refuses. Any number may run.
"""

from dataclasses import dataclass
from time import monotonic, time
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import Connection

from task_ledger.errors import LedgerError
from task_ledger.eventlog.closing import Holder, close_attempt
from task_ledger.model.events import ErrorData
from task_ledger.model.transitions import RetryReason
from task_ledger.projector.database import query

_log = structlog.get_logger(__name__)

BATCH: Final = 1000
"""Number of attempts examined in one tick."""

WITHOUT_LEASE_S: Final = 60.0
"""Seconds for which a worker whose lease was never stored may hold a claim."""

INTERRUPTION_S: Final = 5.0
"""A longer pause between two checks counts as an interruption, for example because the machine
slept."""

FORGET_EVERY_S: Final = 3600.0

ACTOR: Final = "reconciler"
"""The reconciler's actor in the log."""

_WHAT: Final = {
    "gone": "the worker {worker} has stopped, or did not renew its lease before it expired",
    "forgotten": "the worker {worker} is alive, but no longer works on this attempt",
}


@dataclass(frozen=True, slots=True)
class Lost:
    """An attempt that is probably lost."""

    holder: Holder
    message: str


class Reconciler:
    """Closes attempts that lost workers have left open.

    Args:
        connection: in autocommit mode; nothing else may use it meanwhile.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._forgot_at: float | None = None
        self._watching_since = self._looked_at = time()

    def tick(self) -> int:
        """Close lost attempts, each in its own transaction.

        A locked task is left for the next tick, because its worker may be about to commit its end.

        Returns:
            The number of attempts closed.

        Raises:
            LedgerUnavailable, psycopg.Error: attempts closed before that are committed.
        """
        try:
            closed = sum(self.close(lost) for lost in self.lost())
        except LedgerError:
            # If this cannot be stored (for example because the disk is full), leases could not be
            # stored either.
            self._watching_since = time()
            raise
        if self._forgot_at is None or monotonic() - self._forgot_at > FORGET_EVERY_S:
            self._connection.execute(query("forget_leases"))
            self._connection.execute(query("forget_terminations"))
            self._forgot_at = monotonic()
        return closed

    def lost(self) -> list[Lost]:
        """The attempts that are probably lost; only reads, and may be behind the log.

        While the database was unreachable or the machine slept, no lease could be renewed, so an
        expired or missing lease counts only once it could have been written.
        """
        now = time()
        if not 0 <= now - self._looked_at <= INTERRUPTION_S:
            self._watching_since = now
        self._looked_at = now
        rows = self._connection.execute(
            query("lost_attempts"),
            {
                "watched_s": now - self._watching_since,
                "without_lease_s": WITHOUT_LEASE_S,
                "limit": BATCH,
            },
            prepare=True,
        ).fetchall()
        return [
            Lost(Holder(task_id, claim, attempt), _WHAT[how].format(worker=worker))
            for task_id, claim, attempt, worker, how in rows
        ]

    def close(self, lost: Lost) -> bool:
        """Close one attempt, if its claim still holds the task; commits.

        Returns:
            Whether this call closed it.
        """
        holder = lost.holder
        with self._connection.transaction():
            if not try_lock(self._connection, holder.task_id):
                return False
            error = ErrorData(type="WorkerLost", message=lost.message)
            answer = close_attempt(self._connection, holder, RetryReason.WORKER_LOST, ACTOR, error)
        if answer is None:
            return False
        _log.warning(
            "attempt_closed",
            task_id=str(holder.task_id),
            attempt=holder.attempt,
            state=str(answer.state),
            reason=lost.message,
        )
        return True


def try_lock(connection: Connection[Any], task_id: UUID) -> bool:
    """Take a task's lock until the end of the transaction, if it is free."""
    row = connection.execute(query("try_lock_task"), {"task_id": task_id}).fetchone()
    return row is not None and row[0]
