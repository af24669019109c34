"""The end of an attempt that the database did not let end in its own way.

It went away under the body or before the commit: its rows are undone, as if the worker had been
lost. Or it was short of room, or somebody held the task's lock for long: then the attempt does not
count.
"""

from typing import NoReturn

import structlog
from celery.exceptions import Ignore, Retry
from psycopg import Error as DriverError

from task_ledger.celery.run.body_transaction import BodyTransaction
from task_ledger.celery.run.shortage import is_shortage, when_there_is_room
from task_ledger.errors import LedgerBusy, LedgerError, LedgerUnavailable
from task_ledger.eventlog.append_result import AppendResult
from task_ledger.eventlog.closing import Holder, close_attempt
from task_ledger.eventlog.connections import Connections
from task_ledger.model.error_text import error_text
from task_ledger.model.events import ErrorData
from task_ledger.model.transitions import RetryReason, State

log = structlog.get_logger(__name__)


def was_lost(transaction: BodyTransaction, error: BaseException) -> bool:
    """Whether `error`, which ended the body or its commit, comes from a database that went away.

    Or that had no room for a statement of the body's transaction.

    Asked before the transaction is rolled back. Another database's errors do not count.
    """
    if isinstance(error, LedgerUnavailable | LedgerBusy):
        return True
    return transaction.is_of_database(error) and (
        transaction.lost or (transaction.aborted and is_shortage(error))
    )


def end_lost(
    connections: Connections, holder: Holder, worker: str, error: BaseException
) -> NoReturn:
    """Record that an attempt was lost: `retrying` while one is left, else `failed`.

    The next attempt is dispatched as after the loss of a worker, or a shortage. While the server
    is short of room, waits for it. When nobody can be told, the reconciler will find the attempt.
    Commits.

    Raises:
        Retry: the attempt was closed, and another one will start.
        Ignore: the claim did not hold the task any more.
        BaseException: `error`, when no attempt is left or nobody could be told.
    """
    try:
        answer = when_there_is_room(lambda: _close(connections, holder, worker, error))
    except (LedgerError, DriverError) as failure:
        log.error("end_not_recorded", event_type="retrying", error=str(failure))
        raise error from failure
    if answer is None:
        raise Ignore(str(error)) from error
    if answer.state is State.RETRYING:
        raise Retry(str(error)) from error
    raise error


def _close(
    connections: Connections, holder: Holder, worker: str, error: BaseException
) -> AppendResult | None:
    """Close the attempt; a second try if the ledger's own connection broke too."""
    text = error_text(error).data
    data = ErrorData(type=text.type, message=text.message)
    reason = RetryReason.SHORTAGE if is_shortage(error) else RetryReason.WORKER_LOST
    try:
        return close_attempt(connections.ledger(), holder, reason, worker, data)
    except LedgerUnavailable as unavailable:
        log.warning("ledger_connection_lost", error=str(unavailable))
        connections.discard()
    return close_attempt(connections.ledger(), holder, reason, worker, data)
