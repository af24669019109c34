"""The span of one attempt: from the receipt of its message to its recorded end."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

import structlog
from celery.exceptions import Ignore, Reject, Retry
from psycopg import Error as DriverError

from task_ledger.errors import LedgerError
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.events import EventData, Failed, Progress, Retrying
from task_ledger.model.transitions import FailureReason
from task_ledger.tracing.attributes import (
    ATTEMPT,
    CLIENT,
    DESTINATION,
    MESSAGE_ID,
    OUTCOME,
    PLACE,
    PROJECT,
    REASON,
    TASK_TYPE,
    operation,
)
from task_ledger.tracing.spans import TRACEPARENT, TRACESTATE, Kind, start_span

if TYPE_CHECKING:
    from celery import Task

    from task_ledger.eventlog.connections import Connections
    from task_ledger.eventlog.message import LedgerHeader

log = structlog.get_logger(__name__)

_OUTCOMES: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (Retry, "retrying"),
    (Ignore, "given_up"),
    (Reject, "rejected"),
)
"""What an exception of Celery says about an attempt whose end this process has not recorded."""


class AttemptSpan:
    """A span in the trace of the attempt's message; it is current while the body runs.

    It holds what is in the clear data of events: never arguments, results, error messages, steps
    or values of rows.

    Args:
        task: with this run's request as its current one.
        worker: its node name.
        connections: read for the span of the attempt before, to link to it.
    """

    def __init__(
        self, task: Task[Any, Any], header: LedgerHeader, worker: str, connections: Connections
    ) -> None:
        request = cast("Any", task.request)
        delivery: dict[str, Any] = request.delivery_info or {}
        attributes: dict[str, Any] = {
            **operation("run", "process"),
            ATTEMPT: header.attempt,
            CLIENT: worker,
            DESTINATION: delivery.get("routing_key") or "",
            MESSAGE_ID: str(request.id),
            PROJECT: str(header.project_id),
            TASK_TYPE: str(getattr(task, "task_type", None)),
        }
        parent = {name: request.get(name) for name in (TRACEPARENT, TRACESTATE)}
        self._attempt = header.attempt
        self._span = start_span(f"run {task.name}", Kind.CONSUMER, attributes, parent=parent)
        self._connections = connections
        self._outcome: str | None = None

    @property
    def traceparent(self) -> str | None:
        """Its context, for the attempt's `started`; None while traces are off."""
        return self._span.traceparent

    @contextmanager
    def around(self) -> Generator[None]:
        """Make it the current span in the block, and end it with the block."""
        try:
            with self._span.used():
                yield
        except BaseException as error:
            self._left_by(error)
            raise
        finally:
            self._span.end()

    def link_earlier(self, task_id: UUID, claim: UUID) -> None:
        """Link to the span of the attempt before, if there was one; reads the log only then.

        Args:
            claim: that of this attempt.
        """
        if not self._span.records or self._attempt == 1:
            return
        try:
            with ledger_errors():
                row = (
                    self._connections.ledger()
                    .execute(query("earlier_span"), {"task_id": task_id, "claim": claim})
                    .fetchone()
                )
        except (LedgerError, DriverError) as error:
            log.warning("span_not_linked", error=type(error).__name__)
            return
        if row is not None:
            self._span.link(row[0])

    def progressed(self, progress: Progress) -> None:
        """Add stored progress as an event: numbers only."""
        numbers = {
            "percent": progress.percent,
            "current": progress.current,
            "total": progress.total,
        }
        self._span.event(
            "progress",
            {f"task_ledger.{name}": each for name, each in numbers.items() if each is not None},
        )

    def recorded(self, end: EventData) -> None:
        """Say how the attempt ended, once the log says so."""
        self._outcome = str(end.type)
        attributes: dict[str, Any] = {OUTCOME: self._outcome}
        if isinstance(end, Retrying | Failed):
            attributes[REASON] = str(end.reason)
            if end.error is not None and end.error.place is not None:
                attributes[PLACE] = end.error.place
            if end.error is not None:
                self._span.fail(end.error.type)
            elif isinstance(end, Failed) and end.reason is not FailureReason.CANCELLED:
                self._span.fail(str(end.reason))
        self._span.set(attributes)

    def _left_by(self, error: BaseException) -> None:
        if self._outcome is not None:
            return
        for kind, outcome in _OUTCOMES:
            if isinstance(error, kind):
                self._span.set({OUTCOME: outcome})
                if isinstance(error, Retry) and error.__cause__ is not None:
                    self._span.fail(type(error.__cause__).__name__)
                return
        self._span.set({OUTCOME: "interrupted"})
        self._span.fail(type(error).__name__)
