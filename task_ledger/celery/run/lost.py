"""Ending an attempt after a database failure.

If the database went away during the body or before the commit, the rows are rolled back and the
attempt counts as lost, as if its worker had died. If it ran out of resources, or the task's lock
was held too long, the attempt does not count towards the limit.
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
    """Whether `error`, which ended the body or its commit, was caused by losing the database, or by
    a shortage of resources for a statement of the body's transaction.


    Call it before the transaction is rolled back. Errors of other databases do not count.
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

    The next attempt is dispatched as after a lost worker or a shortage. Waits while the server is
    short of resources. If the ledger stays unreachable, the reconciler closes the attempt later.
    Commits.

    Raises:
        Retry: the attempt was closed, and another one will start.
        Ignore: the claim no longer held the task.
        BaseException: `error`, if no attempt is left or the ledger could not be reached.
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
    """Close the attempt, trying again once if the ledger's own connection broke too."""
    text = error_text(error).data
    data = ErrorData(type=text.type, message=text.message, place=text.place)
    reason = RetryReason.SHORTAGE if is_shortage(error) else RetryReason.WORKER_LOST
    try:
        return close_attempt(connections.ledger(), holder, reason, worker, data)
    except LedgerUnavailable as unavailable:
        log.warning("ledger_connection_lost", error=str(unavailable))
        connections.discard()
    return close_attempt(connections.ledger(), holder, reason, worker, data)
