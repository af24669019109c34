"""Claiming an attempt: `started` is stored exactly once, even if the database's answer is lost."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, NoReturn
from uuid import UUID

import structlog
from celery.exceptions import Ignore, Reject
from psycopg import Error as DriverError

from task_ledger.celery.run.body_transaction import BodyTransaction
from task_ledger.celery.run.upstream import Upstream
from task_ledger.errors import Altered, LedgerError, LedgerUnavailable, Refused
from task_ledger.eventlog.append import Append
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.message import RECEIVED
from task_ledger.eventlog.read import read_task
from task_ledger.model.events import Failed, Started
from task_ledger.model.transitions import FailureReason

log = structlog.get_logger(__name__)

CLAIM_WAIT_S: Final = 20.0
"""Seconds to keep trying to claim while the ledger is unreachable, unless
`app.conf.ledger_claim_wait_s` is set. After that, the message goes back to the broker."""

_PAUSES_S: Final = (0.1, 0.5, 1.0, 2.0, 5.0)


def started_by(
    request: Any, worker: str, boot: UUID | None, traceparent: str | None = None
) -> Started:
    """The data of `started` for a message received by a worker.

    Args:
        request: Celery's request of the task.
        worker: its node name.
        boot: its lease.
        traceparent: the context of the attempt's span.
    """
    delivery: Any = request.delivery_info or {}
    return Started(
        worker=worker,
        host=socket.gethostname(),
        pid=os.getpid(),
        boot=boot,
        queue=delivery.get("routing_key") or None,
        redelivered=bool(delivery.get("redelivered")),
        message_sha256=request.get(RECEIVED),
        traceparent=traceparent,
    )


class Claiming:
    """Claims one attempt.

    Args:
        transaction: reserves the body's connection first; without one, nothing is claimed.
        started: the event to store, with the claim that was drawn for it.
        expires_at: after this time the task ends `failed(expired)` instead.
        refused: called when the ledger refuses the claim, before `Ignore` is raised.
        wait_s: seconds to keep trying while the ledger is unreachable.
    """

    def __init__(
        self,
        connections: Connections,
        transaction: BodyTransaction,
        started: Append,
        *,
        expires_at: datetime | None,
        upstream: Upstream,
        refused: Callable[[Refused], None],
        wait_s: float,
    ) -> None:
        self._connections = connections
        self._transaction = transaction
        self._started = started
        self._expires_at = expires_at
        self._upstream = upstream
        self._refused = refused
        self._wait_s = wait_s
        self._unanswered = False

    def take(self) -> None:
        """Read the results that the attempt takes from earlier tasks, and store `started`.

        Raises:
            Ignore: the claim was refused, or the task has expired, or its message was altered.
            Reject: the ledger could not be reached, or an error occurred before the claim was
                stored; the broker must redeliver the message.
            Exception: an error occurred after the claim was stored; the attempt must end.
        """
        last: LedgerUnavailable | None = None
        try:
            for pause in self._pauses():
                try:
                    time.sleep(pause)
                    self._take_once()
                except LedgerUnavailable as error:
                    # Release the connection: another attempt may need it if connections are scarce.
                    self._transaction.release()
                    self._connections.discard()
                    self._unanswered = True
                    last = error
                    log.warning("ledger_unavailable", error=str(error))
                else:
                    return
        except Ignore:
            raise
        except Exception as error:
            # A time limit was hit, or the database answered unexpectedly.
            self._connections.discard()
            if self._holds():
                raise
            log.warning("claim_failed", error=type(error).__name__)
            raise Reject(str(error), requeue=True) from error
        raise Reject(str(last), requeue=True) from last

    def _pauses(self) -> Iterator[float]:
        """Seconds to wait before each try: none at first, then until the time is used up."""
        end = time.monotonic() + self._wait_s
        yield 0.0
        pauses = iter(_PAUSES_S)
        longest = _PAUSES_S[-1]
        while (left := end - time.monotonic()) > 0:
            yield min(next(pauses, longest), left)

    def _take_once(self) -> None:
        try:
            self._refuse_expired()
            self._upstream.read(self._connections.ledger())
            self._transaction.reserve()
            self._connections.appender().append(self._started)
        except Altered as altered:
            self._end_altered(altered)
        except Refused as refusal:
            # The claim may be refused because an earlier try, whose answer was lost, has stored it.
            if self._unanswered and self._held():
                return
            self._refused(refusal)
            log.info("claim_refused", outcome=refusal.outcome)
            raise Ignore(str(refusal)) from refusal

    def _refuse_expired(self) -> None:
        if self._expires_at is None or not self._is_past(self._expires_at):
            return
        failed = Failed(reason=FailureReason.EXPIRED, message="expired before the attempt started")
        event = Append(self._task_id, None, self._started.attempt, self._started.actor, failed)
        self._connections.appender().append(event)
        raise Ignore("expired")

    def _end_altered(self, altered: Altered) -> NoReturn:
        """End the task: its message is not the one that was registered. Logs an error; no attempt
        starts."""
        log.error(
            "message_altered",
            task_id=str(self._task_id),
            attempt=self._started.attempt,
            received_sha256=getattr(self._started.data, "message_sha256", None),
        )
        failed = Failed(
            reason=FailureReason.ALTERED,
            message="a worker received a message other than the registered one",
        )
        event = Append(self._task_id, None, self._started.attempt, self._started.actor, failed)
        try:
            self._connections.appender().append(event)
        except Refused as refusal:
            log.info("end_not_wanted", task_id=str(self._task_id), outcome=refusal.outcome)
        raise Ignore(str(altered)) from altered

    def _is_past(self, time: datetime) -> bool:
        with ledger_errors():
            row = self._connections.ledger().execute(query("is_past"), {"time": time}).fetchone()
        return row is not None and row[0]

    @property
    def _task_id(self) -> UUID:
        return self._started.task_id

    def _held(self) -> bool:
        record = read_task(self._connections.ledger(), self._task_id)
        return record.claim == self._started.claim

    def _holds(self) -> bool:
        """Whether `started` was stored although its answer was lost; False if the database is
        unreachable."""
        try:
            return self._held()
        except (LedgerError, DriverError):
            return False
