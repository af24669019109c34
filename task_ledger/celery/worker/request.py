"""Recording what only a worker's main process learns: a child was lost or killed at its time limit,
or a message was revoked before its body ran.

This runs in the worker's event loop, so it either finishes quickly or leaves the attempt to the
reconciler, which finds it by the worker's lease. No error here reaches the worker.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any, Final, cast
from uuid import UUID

import structlog
from celery.exceptions import InvalidTaskError, TimeLimitExceeded, WorkerLostError
from celery.worker.request import Request
from kombu.exceptions import ContentDisallowed, DecodeError
from psycopg import Connection

from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.errors import Refused
from task_ledger.eventlog.answered import connect_answered
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.closing import Holder, close_attempt
from task_ledger.eventlog.database import ledger_errors, query, session
from task_ledger.eventlog.message import HEADER, RECEIVED, LedgerHeader
from task_ledger.eventlog.message_hash import message_hash
from task_ledger.model.events import ErrorData, Failed, make_data
from task_ledger.model.transitions import FailureReason, RetryReason

log = structlog.get_logger(__name__)

WAIT_S: Final = 2
"""Seconds that connecting, and each statement, may block the event loop."""

AWAY_S: Final = 10.0
"""Seconds without further tries after the ledger could not be reached in time."""


class LedgerRequest(Request):
    """A request that records its loss in the ledger if it still holds the attempt."""

    def __init__(self, message: Any, *args: Any, **options: Any) -> None:
        """As Celery's, which reads the arguments here; but refuse a body that is not a task's.

        Celery's own request would end this worker, and the next one that receives the message.

        Raises:
            InvalidTaskError, DecodeError, ContentDisallowed: the arguments cannot be read; the
                consumer ends the task.
        """
        try:
            super().__init__(message, *args, **options)
        except (TypeError, ValueError) as error:
            if isinstance(error, ContentDisallowed | DecodeError):
                raise
            raise InvalidTaskError(f"its body is not (args, kwargs, embed): {error}") from error
        self._add_hash()

    def _add_hash(self) -> None:
        """Pass the child the hash of the message as received."""
        request: Any = self
        told: dict[str, Any] = request._request_dict
        told[RECEIVED] = message_hash(
            told, request._content_type, request._content_encoding, request._body
        )

    def on_failure(
        self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False
    ) -> Any:
        """Close the attempt if its child is gone; then continue as Celery does."""
        error = getattr(exc_info.exception, "exc", exc_info.exception)
        if isinstance(error, TimeLimitExceeded):
            self._close(RetryReason.TIMEOUT, _exceeded(error.args[0] if error.args else None))
        elif isinstance(error, WorkerLostError | SystemExit | KeyboardInterrupt):
            message = f"the process that ran the attempt has ended: {error}"
            self._close(RetryReason.WORKER_LOST, ErrorData(type="WorkerLost", message=message))
        return super().on_failure(exc_info, send_failed_event, return_ok)

    def on_timeout(self, soft: bool, timeout: float) -> Any:
        """Close the attempt at its hard time limit; then continue as Celery does."""
        if not soft:
            self._close(RetryReason.TIMEOUT, _exceeded(timeout))
        return super().on_timeout(soft, timeout)

    def _announce_revoked(self, reason: str, terminated: bool, signum: Any, expired: bool) -> Any:
        """End the revoked task, whether or not it was started here."""
        failure = FailureReason.EXPIRED if expired else FailureReason.CANCELLED
        how = "its process was ended by" if terminated else "revoked at"
        self._record(lambda ends, delivery: ends.revoked(delivery, failure, how))
        return cast("Any", super())._announce_revoked(reason, terminated, signum, expired)

    def _close(self, reason: RetryReason, error: ErrorData) -> None:
        self._record(lambda ends, delivery: ends.lost(delivery, reason, error))

    def _record(self, record: "Callable[[Ends, Delivery], None]") -> None:
        try:
            header = LedgerHeader.of(self.request_dict.get(HEADER))
            if not header.tracked:
                return
            pid = cast("int | None", self.worker_pid)
            delivery = Delivery(UUID(self.id), header.attempt, self.hostname, pid)
            record(ends_of(cast("LedgerApplication", self.app)), delivery)
        except Exception as error:  # noqa: BLE001 (the event loop goes on; the reconciler closes)
            log.warning(
                "end_not_recorded", task_id=self.id, error=f"{type(error).__name__}: {error}"
            )


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message received by this worker.

    Attributes:
        worker: this worker's name.
        pid: the child that ran it; None until one has reported its start.
    """

    task_id: UUID
    attempt: int
    worker: str
    pid: int | None


class Ends:
    """Records ends for a worker's main process, on its own connection.

    Each method commits, and raises errors after at most a few seconds; for a while after an error
    the methods do nothing.
    """

    def __init__(self, url: str, boot: UUID | None) -> None:
        self._url = url
        self._boot = boot
        self._connection: Connection[Any] | None = None
        self._away_until = 0.0

    def lost(self, delivery: Delivery, reason: RetryReason, error: ErrorData) -> None:
        """Close the attempt of a child that is gone, if that child holds the task."""

        def close(connection: Connection[Any]) -> None:
            holder = self._own(connection, delivery)
            if holder is not None:
                close_attempt(connection, holder, reason, delivery.worker, error)

        self._run(close)

    def revoked(self, delivery: Delivery, reason: FailureReason, how: str) -> None:
        """End a revoked task that is not claimed or was run by this worker's child.

        Args:
            how: a phrase that can be followed by the worker's name.
        """

        def end(connection: Connection[Any]) -> None:
            holder = self._own(connection, delivery)
            claim = holder.claim if holder else None
            failed = Failed(reason=reason, message=f"{how} the worker {delivery.worker}")
            self._append_if_wanted(connection, delivery, claim, failed)

        self._run(end)

    def undeliverable(self, delivery: Delivery, why: str) -> None:
        """End a task whose message cannot be run here, unless an attempt holds it."""

        def end(connection: Connection[Any]) -> None:
            failed = make_data(
                Failed,
                reason=FailureReason.UNDELIVERABLE,
                message=f"the worker {delivery.worker} {why}",
            )
            self._append_if_wanted(connection, delivery, None, failed)

        self._run(end)

    def _append_if_wanted(
        self, connection: Connection[Any], delivery: Delivery, claim: UUID | None, failed: Failed
    ) -> None:
        event = Append(delivery.task_id, claim, delivery.attempt, delivery.worker, failed)
        try:
            append(connection, event)
        except Refused as refusal:
            # The task has ended, or another attempt holds it: this message was a duplicate.
            log.info("end_not_wanted", task_id=str(delivery.task_id), outcome=refusal.outcome)

    def _own(self, connection: Connection[Any], delivery: Delivery) -> Holder | None:
        """The attempt that holds the task, if it came from this delivery.

        Another delivery of the same message may hold the task, in this worker or elsewhere.
        """
        row = connection.execute(query("holder"), {"task_id": delivery.task_id}).fetchone()
        if row is None:
            return None
        claim, *seen = row
        own = [delivery.attempt, self._boot, delivery.pid]
        return Holder(delivery.task_id, claim, delivery.attempt) if seen == own else None

    def _run(self, work: Callable[[Connection[Any]], None]) -> None:
        if monotonic() < self._away_until:
            return
        try:
            with ledger_errors():
                if self._connection is None:
                    self._connection = self._connect()
                work(self._connection)
        except BaseException:
            self._away_until = monotonic() + AWAY_S
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            raise

    def _connect(self) -> Connection[Any]:
        parameters = session(self._url, "task-ledger worker", f"-c statement_timeout={WAIT_S}s")
        parameters |= {"connect_timeout": WAIT_S, "tcp_user_timeout": 1000 * WAIT_S}
        # A frozen server does not enforce its own time limits.
        return connect_answered(self._url, WAIT_S + 1, **parameters)


@cache
def ends_of(app: LedgerApplication) -> Ends:
    """The `Ends` of the worker that runs `app` in this process."""
    return Ends(app.connections.url, app.boot)


def _exceeded(seconds: float | None) -> ErrorData:
    return ErrorData(
        type="TimeLimitExceeded", message=f"the hard time limit of {seconds} s was exceeded"
    )
