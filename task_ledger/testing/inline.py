"""A worker's runs, adapted to a test's connection and transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from celery import Task
from psycopg import Connection as PsycopgConnection
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, NestedTransaction, event

from task_ledger.celery.run.attempt import Attempt
from task_ledger.celery.run.progress import ProgressReporter, progress_data
from task_ledger.celery.run.transaction import SqlalchemyTransaction
from task_ledger.celery.run.untracked import UntrackedRun
from task_ledger.errors import Refused
from task_ledger.eventlog.append import Append, append, refusal, request_cancel
from task_ledger.eventlog.append_result import AppendResult
from task_ledger.eventlog.appender import Appender
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.message import LedgerHeader, Message
from task_ledger.model.events import EventData, Progress, Retrying
from task_ledger.model.ids import new_claim


class InlineConnections(Connections):
    """A worker's connections, all mapped to the test's single connection.

    A worker writes to the ledger on another connection while a body runs. Here, those writes are
    repeated after the body's rows are rolled back.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__("postgresql:///")
        self.connection = connection
        self._apart: list[Callable[[], object]] | None = None

    @property
    def url(self) -> str:
        """Raises: no further connections are opened."""
        raise AssertionError("a run within a test opens no connection")

    def ledger(self) -> PsycopgConnection[Any]:
        """The test's connection."""
        driver: Any = self.connection.connection.driver_connection
        return driver

    def appender(self) -> Appender:
        """An appender in the test's transaction."""
        return InlineAppender(self)

    def progress_appender(self) -> Appender:
        """The same appender as `appender`."""
        return InlineAppender(self)

    def discard(self) -> None:
        """Do nothing: the connection belongs to the test."""

    def apart(self, write: Callable[[], Any]) -> Any:
        """Call `write`, whose effect must survive a rollback of the body's rows.

        Raises:
            Exception: what `write` raises; then it is not repeated.
        """
        written = write()
        if self._apart is not None:
            self._apart.append(write)
        return written

    def begin_body(self) -> None:
        """The body's rows begin here."""
        self._apart = []

    def end_body(self, *, undone: bool) -> None:
        """Repeat the writes that were rolled back with the body's rows."""
        apart, self._apart = self._apart, None
        if undone:
            for write in apart or ():
                write()


class InlineAppender(Appender):
    """Appends in the test's transaction; a retry is due at once, whatever its countdown."""

    def __init__(self, connections: InlineConnections) -> None:
        super().__init__(connections.ledger())
        self._connections = connections

    def append(self, event: Append) -> AppendResult:
        """Append as a worker's appender does; raises the same errors."""
        if isinstance(event.data, Retrying):
            event = replace(event, due_at=self._now())
        return self._connections.apart(lambda: append(self.connection, event))

    def _now(self) -> datetime:
        row = self.connection.execute("SELECT now()").fetchone()
        if row is None:
            raise AssertionError("a SELECT without FROM has a row")
        return row[0]


class InlineTransaction(SqlalchemyTransaction):
    """The transaction of a body: a savepoint of the test's.

    Attributes:
        sent: the messages sent by the body.
    """

    def __init__(self, connections: InlineConnections, mark: UUID) -> None:
        super().__init__(lambda: connections, mark)
        self._inline = connections
        self._nested: NestedTransaction | None = None
        self.sent: list[tuple[Message, datetime | None]] = []

    def reserve(self) -> None:
        """Do nothing: the test's connection is already open."""

    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store the message, and remember it."""
        super().send(message, due_at)
        self.sent.append((message, due_at))

    def commit(self) -> None:
        """Release the savepoint."""
        nested, self._nested = self._nested, None
        if nested is not None:
            with self._may_end():
                nested.commit()
            self._inline.end_body(undone=False)

    def rollback(self) -> None:
        """Roll back to the savepoint, leaving the test's own rows."""
        self.sent.clear()
        if self._session is not None:
            self._session.close()
        nested, self._nested = self._nested, None
        if nested is not None:
            with self._may_end():
                nested.rollback()
            self._inline.end_body(undone=True)

    def close(self) -> None:
        """Restore the test's connection to its previous state."""
        connection = self._connection
        if connection is None:
            return
        if self._nested is not None:
            self.rollback()
        event.remove(connection, "commit", self._refuse)
        event.remove(connection, "rollback", self._refuse)
        event.remove(connection, "before_cursor_execute", self._refuse_statement)
        self._connection = None

    def _begin(self) -> Connection:
        connection = self._inline.connection
        self._nested = connection.begin_nested()
        connection.exec_driver_sql(
            "SELECT set_config('task_ledger.mark', %(mark)s, true)", {"mark": self._mark}
        )
        self._inline.begin_body()
        return connection


class InlineProgress(ProgressReporter):
    """Keeps and stores each report at once, without merging."""

    def __init__(
        self,
        connections: InlineConnections,
        event: Callable[[Progress], Append],
        reports: list[Progress],
        cancel_at: float | None,
    ) -> None:
        super().__init__(connections.appender, connections.progress_appender, event)
        self._connections = connections
        self._reports = reports
        self._cancel_at = cancel_at

    def report(
        self,
        percent: float,
        step: str,
        detail: str | None = None,
        current: int | None = None,
        total: int | None = None,
    ) -> None:
        """Take one report; raises Cancelled if the task is being cancelled."""
        self._raise_refusal()
        data = progress_data(percent, step, detail, current, total)
        self._reports.append(data)
        event = self._event(data)
        ledger = self._connections.ledger()
        if ledger.info.transaction_status is TransactionStatus.INERROR:
            return  # the body must roll back its failed statement first
        if self._cancel_at is not None and data.percent >= self._cancel_at:
            self._connections.apart(lambda: request_cancel(ledger, event.task_id, "test"))
        try:
            answer = self._connections.appender().append(event)
            if answer.cancel_requested:
                self._refusal = refusal("cancelled", event.task_id, answer)
        except Refused as refused:
            self._refusal = refused
        self._raise_refusal()

    def stop(self) -> None:
        """Do nothing, because no report is pending; raises as `report`."""
        self._raise_refusal()


class InlineAttempt(Attempt):
    """A worker's attempt, in the test's transaction."""

    def __init__(
        self,
        connections: InlineConnections,
        task: Task[Any, Any],
        header: LedgerHeader,
        reports: list[Progress],
        cancel_at: float | None,
    ) -> None:
        begun: list[InlineTransaction] = []

        def begin(claim: UUID) -> InlineTransaction:
            begun.append(InlineTransaction(connections, claim))
            return begun[0]

        super().__init__(connections, None, task, header, begin)
        self.inline = begun[0]
        self._progress = InlineProgress(connections, self._event, reports, cancel_at)

    def _event(self, data: EventData, **options: Any) -> Append:
        if isinstance(data, Retrying) and self._retry is not None:
            # Record the countdown as requested, so that tests can compare it; nothing waits for it.
            data = data.model_copy(update={"countdown_s": self._retry.countdown_s})
        return super()._event(data, **options)


class InlineUntrackedRun(UntrackedRun):
    """A worker's untracked run, in the test's transaction."""

    def __init__(
        self, connections: InlineConnections, task: Task[Any, Any], reports: list[Progress]
    ) -> None:
        self.inline = InlineTransaction(connections, new_claim())
        super().__init__(self.inline, task)
        self._reports = reports

    def progress(
        self,
        percent: float,
        step: str,
        detail: str | None,
        current: int | None,
        total: int | None,
    ) -> None:
        """Keep the report, although an untracked run's reports are not visible anywhere."""
        self._reports.append(progress_data(percent, step, detail, current, total))
