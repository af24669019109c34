"""One attempt of a tracked task: claim, run, end.

The body's rows, the messages it sent and its `completed` event are committed by one COMMIT. Any
other end first rolls the rows back and then records what happened on the ledger's own connection.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from time import monotonic
from typing import Any, NoReturn
from uuid import UUID

import structlog
from celery import Task
from celery.exceptions import Ignore, Reject, Retry, SoftTimeLimitExceeded
from psycopg import Error as DriverError
from sqlalchemy.exc import DBAPIError

from task_ledger.celery.run.attempt_span import AttemptSpan
from task_ledger.celery.run.body import run_body
from task_ledger.celery.run.body_transaction import BodyTransaction
from task_ledger.celery.run.claiming import CLAIM_WAIT_S, Claiming, started_by
from task_ledger.celery.run.declared_retry import retry_if_declared
from task_ledger.celery.run.live_attempts import live_attempts
from task_ledger.celery.run.lost import end_lost, was_lost
from task_ledger.celery.run.next_steps import send_next_steps
from task_ledger.celery.run.outer_run import OuterRun
from task_ledger.celery.run.progress import ProgressReporter
from task_ledger.celery.run.result import completed_by
from task_ledger.celery.run.retry_decision import RetryDecision
from task_ledger.celery.run.session_limit import session_timed_out
from task_ledger.celery.run.shortage import is_shortage, when_there_is_room
from task_ledger.celery.run.upstream import Upstream
from task_ledger.errors import (
    BadResult,
    Cancelled,
    Exhausted,
    Fenced,
    IllegalTransition,
    LedgerError,
    LedgerUnavailable,
    Refused,
)
from task_ledger.eventlog.append import Append, note
from task_ledger.eventlog.closing import Holder
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.message import LedgerHeader
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.model.error_text import error_text
from task_ledger.model.events import Completed, EventData, Failed, Noted, Retrying
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import TERMINAL, EventType, FailureReason, RetryReason, State
from task_ledger.registration.run_context import running

log = structlog.get_logger(__name__)


class Attempt(OuterRun):
    """One run of a tracked task by this worker, under a claim drawn for it alone.

    Args:
        boot: id of the worker's lease, if there is one.
        task: the task, with this run's request as its current one.
        header: the ledger's header of the message.
        transaction: creates the transaction for the body's rows, marked with the claim.
    """

    def __init__(
        self,
        connections: Connections,
        boot: UUID | None,
        task: Task[Any, Any],
        header: LedgerHeader,
        transaction: Callable[[UUID], BodyTransaction],
    ) -> None:
        request = task.request
        claim = new_claim()
        super().__init__(str(request.id), transaction(claim))
        self._connections = connections
        self._task = task
        self._header = header
        self._claim = claim
        self._boot = boot
        self._worker: str = request.hostname or socket.gethostname()
        self._span = AttemptSpan(task, header, self._worker, connections)
        self._progress = ProgressReporter(
            connections.appender,
            connections.progress_appender,
            self._event,
            self._span.progressed,
        )
        self._retry: RetryDecision | None = None
        self._upstream = Upstream(header.takes)
        self._task_id = UUID(request.id)
        self._root_id = UUID(request.root_id) if request.root_id else self._task_id

    @property
    def task_id(self) -> UUID:
        """The task's id in the ledger."""
        return self._task_id

    @property
    def root_id(self) -> UUID:
        """The id of the task at the top of the lineage."""
        return self._root_id

    def progress(
        self,
        percent: float,
        step: str,
        detail: str | None,
        current: int | None,
        total: int | None,
    ) -> None:
        """Report the attempt's progress; raises Cancelled or Fenced if the attempt must stop."""
        self._progress.report(percent, step, detail, current, total)

    def decide_retry(self, decision: RetryDecision) -> None:
        """Record that the body asked for a retry; this holds whatever the body does next."""
        self._retry = decision

    def execute(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Claim the attempt, run the body, record its end.

        Returns:
            The body's return value, once it is committed.

        Raises:
            Ignore: the claim was refused, the task was cancelled, or another attempt took it;
                Celery must publish nothing.
            Retry: `retrying` and the next dispatch are recorded.
            Reject: the ledger could not be reached; the broker must redeliver the message.
            Exception: the body's own, once `failed` is recorded.
        """
        bound = structlog.contextvars.bound_contextvars(
            task_id=str(self.task_id),
            attempt=self._header.attempt,
            project_id=self._header.project_id,
        )
        with bound, self._span.around():
            live_attempts[self._claim] = self.task_id
            try:
                self._take()
                return self._run(args, kwargs)
            finally:
                del live_attempts[self._claim]
                self.give_up_sending()
                self._transaction.close()

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            # In here, because a time limit that passes meanwhile ends the attempt.
            self._span.link_earlier(self._task_id, self._claim)
            with running(self):
                try:
                    self._transaction.begin()
                    self._task.request.args = args = (*self._upstream.arguments(), *args)
                    value = run_body(self._task, args, kwargs)
                except Ignore:
                    # Ignore means that nothing is left to do: the task is done, and no next step
                    # runs.
                    if self._retry is None:
                        self._complete(Completed(ignored=True))
                    raise
                if self._retry is None:
                    self._finish(value)
                    return value
        except Ignore:
            if self._retry is None:
                raise
        except Refused as refusal:
            if refusal.task_id != self.task_id:
                self._end_with(refusal)
            self._give_up(refusal)
        except Exception as error:  # noqa: BLE001 (whatever a body raises is an end to record)
            if self._retry is None:
                self._end_with(self._transaction.explain(error))
        except BaseException:
            # The process is ending: roll the rows back and record nothing.
            self._transaction.rollback()
            raise
        self._record_retry()

    def _finish(self, value: Any) -> None:
        try:
            completed = completed_by(self._task, value)
            send_next_steps(self._task, value)
            self._complete(completed)
        except (Retry, Refused, Ignore):
            raise
        except Exception as error:
            # An error in the last flush counts as the body's failure.
            retry_if_declared(self._task, error)
            raise

    def _complete(self, completed: Completed) -> None:
        self._progress.stop()
        self.close_sending()
        self._transaction.check_open()
        self._transaction.flush()
        event = self._event(completed)
        if not self._transaction.opened:
            self._append_once(event)
            self._transaction.committed()
            self._span.recorded(completed)
            return
        try:
            self._transaction.append(event)
            self._transaction.commit()
        except (LedgerUnavailable, DBAPIError, DriverError) as error:
            lost = was_lost(self._transaction, error) or is_shortage(error)
            self._undo()
            if not self._completed_after_all():
                if lost:
                    raise LedgerUnavailable(
                        f"lost before the commit was answered: {error}"
                    ) from error
                raise
            log.info("commit_found", error=type(error).__name__)
        self._transaction.committed()
        self._span.recorded(completed)

    def _append_once(self, event: Append) -> None:
        """Append an end on the ledger's connection; once more if the connection broke."""
        try:
            self._connections.appender().append(event)
        except LedgerUnavailable as error:
            self._connections.discard()
            log.warning("ledger_connection_lost", error=str(error))
            try:
                self._connections.appender().append(event)
            except (Fenced, IllegalTransition):
                if not self._ended_as(event):
                    raise

    def _completed_after_all(self) -> bool:
        """Whether the log holds this claim's `completed`, after a commit without an answer."""
        self._connections.discard()
        record = read_task(self._connections.ledger(), self.task_id)
        return record.state is State.COMPLETED and record.claim == self._claim

    def _ended_as(self, event: Append) -> bool:
        """Whether an append without an answer had been stored after all.

        The attempt's number is not enough: a power failure may have lost this run's claim, and
        another run then has the same number. A claim in the log identifies this run.
        """
        connection = self._connections.ledger()
        record = read_task(connection, self.task_id)
        if record.attempt != self._header.attempt or record.state != event.data.type.value:
            return False
        return any(
            each.type is EventType.STARTED and each.claim == self._claim
            for each in read_events(connection, self.task_id)
        )

    def _end_with(self, error: BaseException) -> NoReturn:
        if was_lost(self._transaction, error):
            timed_out = session_timed_out(error, self._transaction.last_words)
            if timed_out is None:
                self._stop_and_undo()
                holder = Holder(self._task_id, self._claim, self._header.attempt)
                end_lost(self._connections, holder, self._worker, error)
            error = timed_out
        reason = FailureReason.ERROR
        if isinstance(error, SoftTimeLimitExceeded):
            reason = FailureReason.TIMEOUT
        elif isinstance(error, BadResult):
            reason = FailureReason.BAD_RESULT
        text = error_text(error)
        self._record(Failed(reason=reason, error=text.data), traceback=text.traceback)
        if isinstance(error, Reject):
            raise Reject(str(error), requeue=False) from error
        raise error

    def _record_retry(self) -> NoReturn:
        decision = self._retry
        if decision is None:
            raise AssertionError("the body ended neither with a value nor with an exception")
        reason = RetryReason.ERROR
        if isinstance(decision.error, SoftTimeLimitExceeded):
            reason = RetryReason.TIMEOUT
        text = error_text(decision.error) if decision.error is not None else None
        countdown = max(decision.countdown_s - (monotonic() - decision.decided_at), 0.0)
        try:
            self._record(
                Retrying(
                    reason=reason,
                    error=text.data if text else None,
                    countdown_s=round(countdown, 3),
                ),
                traceback=text.traceback if text else None,
                due_at=decision.due_at,
                max_attempts=decision.max_attempts,
            )
        except Exhausted as exhausted:
            # The task was registered with fewer attempts than its code declares; the lower limit
            # applies.
            self._end_with(decision.error or exhausted)
        raise decision.raised

    def _record(self, data: EventData, **options: Any) -> None:
        """Roll back the body's rows and record how the attempt ended.

        Raises:
            Exhausted: a retry was requested, but no attempt is left.
        """
        self._stop_and_undo()
        event = self._event(data, **options)
        try:
            when_there_is_room(lambda: self._append_once(event))
            self._span.recorded(data)
        except Exhausted:
            raise
        except Refused as refusal:
            self._give_up(refusal)
        except (LedgerError, DriverError) as error:
            self._not_recorded(str(data.type), error)

    def _stop_and_undo(self) -> None:
        try:
            self._progress.stop()
        except Refused as refusal:
            self._give_up(refusal)
        self._undo()

    def _not_recorded(self, event_type: str, error: Exception) -> None:
        # The ledger is unreachable. The claim stays open until the reconciler closes it.
        log.error("end_not_recorded", event_type=event_type, error=str(error))

    def _give_up(self, refusal: Refused) -> NoReturn:
        """Roll back the body's rows because the ledger refused its end; publish nothing."""
        self._undo()
        try:
            if isinstance(refusal, Cancelled):
                cancelled = Failed(reason=FailureReason.CANCELLED)
                self._append_once(self._event(cancelled))
                self._span.recorded(cancelled)
            else:
                self._note("late_write_refused", refusal)
        except Refused as late:
            self._note("late_write_refused", late)
        except (LedgerError, DriverError) as error:
            self._not_recorded("failed", error)
        log.info("attempt_given_up", outcome=refusal.outcome)
        raise Ignore(str(refusal)) from refusal

    def _undo(self) -> None:
        try:
            self._transaction.rollback()
        except (DBAPIError, DriverError) as error:
            # The server has already rolled back a broken connection.
            log.warning("rollback_failed", error=type(error).__name__)

    def _take(self) -> None:
        started = started_by(self._task.request, self._worker, self._boot, self._span.traceparent)
        claiming = Claiming(
            self._connections,
            self._transaction,
            self._event(started),
            expires_at=self._header.expires_at,
            upstream=self._upstream,
            refused=self._note_delivery,
            wait_s=float(self._task.app.conf.get("ledger_claim_wait_s") or CLAIM_WAIT_S),
        )
        try:
            claiming.take()
        except (Ignore, Reject):
            raise
        except Exception as error:  # noqa: BLE001 (the claim is held: this is how it ends)
            self._end_with(error)

    def _note_delivery(self, refusal: Refused) -> None:
        """Note a duplicate delivery, unless the task ended before any delivery was claimed."""
        try:
            record = read_task(self._connections.ledger(), self.task_id)
        except (LedgerError, DriverError):
            return
        if record.state not in TERMINAL or record.attempt >= self._header.attempt:
            self._note("duplicate_delivery_refused", refusal)

    def _note(self, kind: Any, refusal: Refused) -> None:
        attempt = self._header.attempt
        message = Noted(kind=kind, message=refusal.outcome, worker=self._worker, attempt=attempt)
        try:
            note(self._connections.ledger(), self.task_id, self._worker, message)
        except (LedgerError, DriverError) as error:
            log.warning("note_not_stored", kind=kind, error=str(error))

    def _event(self, data: EventData, **options: Any) -> Append:
        return Append(
            self.task_id, self._claim, self._header.attempt, self._worker, data, **options
        )
