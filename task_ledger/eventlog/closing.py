"""Closing an attempt that could not end itself.

Its worker was lost or killed at its time limit, or the server was short of resources.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.errors import Cancelled, Exhausted, Refused
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.append_result import AppendResult
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.events import ErrorData, EventData, Failed, Retrying
from task_ledger.model.transitions import FailureReason, RetryReason

MOST_LOSSES: Final = 5
"""A task without a limit of attempts fails after this many lost or timed-out attempts in a row."""

MOST_SHORTAGES: Final = 60
"""A task fails after this many attempts in a row that ended in a shortage, after about 55 minutes:
the task itself may need more than the server has."""

LONGEST_WAIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Holder:
    """The attempt that was seen holding a task; it may have ended since.

    Attributes:
        claim: its claim; if it is no longer the current one, nothing is closed.
        attempt: its number.
    """

    task_id: UUID
    claim: UUID
    attempt: int


def close_attempt(
    connection: Connection[Any], holder: Holder, reason: RetryReason, actor: str, error: ErrorData
) -> AppendResult | None:
    """End an attempt from outside: `retrying` while one is left, else `failed`.

    The next attempt is dispatched at once; after a second loss in a row in 1 s, then 3 s, 7 s … 60
    s. A task whose cancel was accepted ends as `failed(cancelled)`. A task without a limit of
    attempts fails at the fifth lost or timed-out attempt in a row, since it may be killing its
    workers. An attempt ended by a shortage does not count: the limit is raised by one, and only
    `MOST_SHORTAGES` in a row end the task. The log decides, by the claim. Runs in the connection's
    transaction and does not commit.

    Args:
        reason: WORKER_LOST, TIMEOUT or SHORTAGE.
        actor: the actor of the event.
        error: what happened.

    Returns:
        The result, or None if the claim no longer held the task.

    Raises:
        LedgerBusy, LedgerUnavailable, NotPermitted: as `task_ledger.eventlog.append`.
    """
    with ledger_errors():
        row = connection.execute(query("losses"), {"task_id": holder.task_id}).fetchone()
    limit, losses, shortages = row or (holder.attempt, 0, 0)
    short = reason is RetryReason.SHORTAGE
    failed = Failed(
        reason=FailureReason.ERROR if short else FailureReason(str(reason)), error=error
    )
    last = shortages + 1 >= MOST_SHORTAGES if short else losses + 1 >= MOST_LOSSES
    wait_s = min(2.0 ** min(shortages if short else losses, 30) - 1, LONGEST_WAIT_S)
    try:
        if last and (short or limit is None):
            return append(connection, _event(holder, actor, failed))
        retrying = Retrying(reason=reason, error=error, countdown_s=wait_s)
        raised = limit + 1 if short and limit is not None else None
        return append(connection, _event(holder, actor, retrying, raised))
    except Exhausted:
        return _append_if_held(connection, _event(holder, actor, failed))
    except Cancelled:
        cancelled = Failed(reason=FailureReason.CANCELLED, error=error)
        return _append_if_held(connection, _event(holder, actor, cancelled))
    except Refused:
        return None


def _append_if_held(connection: Connection[Any], event: Append) -> AppendResult | None:
    try:
        return append(connection, event)
    except Refused:
        return None


def _event(holder: Holder, actor: str, data: EventData, max_attempts: int | None = None) -> Append:
    return Append(
        holder.task_id, holder.claim, holder.attempt, actor, data, max_attempts=max_attempts
    )
