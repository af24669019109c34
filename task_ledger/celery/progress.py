"""Reporting progress: on a connection of its own, visible at once, never with the domain's rows."""

import math
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from psycopg import Connection

from task_ledger.errors import LedgerError, Refused
from task_ledger.events import Progress, make_data
from task_ledger.store import Answer, Append, accepted, append_many

log = structlog.get_logger(__name__)

MERGE_S: Final = 0.25
"""Reports within one step are merged, the last one wins, and are sent at most this late."""

WAIT_S: Final = 2.0
"""How long a report of a new step waits for the ledger's answer before the body goes on."""


class ProgressReporter:
    """Appends an attempt's progress from a thread of its own.

    A new step is sent at once and answered before `report` returns (or `WAIT_S` later, when the
    ledger is slow); further reports of the same step are merged. `report` raises nothing but what
    ends the attempt: `Cancelled`, or `Fenced` when another attempt has taken the task.
    """

    def __init__(
        self,
        connection: Callable[[], Connection[Any]],
        event: Callable[[Progress], Append],
    ) -> None:
        self._connection = connection
        self._event = event
        self._condition = threading.Condition()
        self._pending: list[Progress] = []
        self._sending = False
        self._last_step: str | None = None
        self._last_sent = 0.0
        self._refusal: Refused | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    def report(
        self,
        percent: float,
        step: str,
        detail: str | None = None,
        current: int | None = None,
        total: int | None = None,
    ) -> None:
        """Take one report.

        Raises:
            Cancelled, Fenced: the attempt is to end.
        """
        data = make_data(
            Progress,
            percent=0.0 if math.isnan(percent) else min(max(float(percent), 0.0), 100.0),
            step=step or "…",
            detail=detail,
            current=current,
            total=total,
        )
        with self._condition:
            self._raise_refusal()
            new_step = data.step != self._last_step
            if self._pending and self._pending[-1].step == data.step:
                self._pending[-1] = data
            else:
                self._pending.append(data)
            self._last_step = data.step
            self._start()
            self._condition.notify_all()
            if new_step:
                self._condition.wait_for(self._idle, WAIT_S)
                self._raise_refusal()

    def stop(self) -> None:
        """Send what is pending and end the thread. Afterwards nothing more is appended.

        Raises:
            Cancelled, Fenced: as `report`.
        """
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._raise_refusal()

    def _idle(self) -> bool:
        return self._refusal is not None or not (self._pending or self._sending)

    def _raise_refusal(self) -> None:
        if self._refusal is not None:
            raise self._refusal

    def _start(self) -> None:
        if self._thread is None:
            connection = self._connection()
            self._thread = threading.Thread(
                target=self._run, args=(connection,), name="task-ledger-progress", daemon=True
            )
            self._thread.start()

    def _run(self, connection: Connection[Any]) -> None:
        sent_step: str | None = None
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._pending or self._stopping)
                if not self._pending:
                    return
                due = self._last_sent + MERGE_S
                if self._pending[0].step == sent_step and not self._stopping:
                    self._condition.wait_for(
                        lambda: self._stopping or len(self._pending) > 1,
                        max(due - time.monotonic(), 0),
                    )
                batch, self._pending = self._pending, []
                self._sending = True
            refusal = self._send(connection, batch)
            sent_step = batch[-1].step
            with self._condition:
                self._sending = False
                self._last_sent = time.monotonic()
                if refusal is not None:
                    self._refusal = refusal
                    self._pending = []
                self._condition.notify_all()
                if refusal is not None:
                    return

    def _send(self, connection: Connection[Any], batch: list[Progress]) -> Refused | None:
        try:
            answers = append_many(connection, [self._event(data) for data in batch])
        except LedgerError as error:
            # Progress is for people who watch: the work goes on, and the end will tell.
            log.warning("progress_not_reported", error=str(error), reports=len(batch))
            return None
        return _refusal_in(answers, self._event(batch[0]))


def _refusal_in(answers: list[Answer], event: Append) -> Refused | None:
    for answer in answers:
        try:
            accepted(answer, event.task_id, "progress")
        except Refused as refusal:
            return refusal
    if answers and answers[-1].cancel_requested:
        last = answers[-1]
        asked = Answer("cancelled", last.version, last.state, last.attempt, last.claim, True, None)
        try:
            accepted(asked, event.task_id, "progress")
        except Refused as refusal:
            return refusal
    return None
