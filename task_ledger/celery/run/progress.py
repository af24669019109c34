"""Reporting progress: outside the body's transaction and visible at once."""

import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog
from psycopg import Error as DriverError

from task_ledger.errors import LedgerError, Refused
from task_ledger.eventlog.append import Append, refusal
from task_ledger.eventlog.appender import Appender
from task_ledger.eventlog.connections import usable
from task_ledger.model.events import Progress, make_data

log = structlog.get_logger(__name__)

MERGE_S: Final = 0.25
"""Seconds for which reports within a step are merged; the last one wins."""

_MOST: Final = 2**63 - 1


class ProgressReporter:
    """Appends an attempt's progress.

    A new step is appended before `report` returns, so it is visible to everyone, and the body
    learns of a cancel accepted before it. Further reports of the step are merged; a thread sends
    the last one if the body reports nothing else for `MERGE_S`.

    The body's thread uses its own ledger connection. Other threads use the progress connection,
    which is kept for later attempts, so that they never wait for the first one.

    `report` raises only errors that end the attempt: `Cancelled`, or `Fenced` if another attempt
    has taken the task. If the ledger is unreachable, the report is lost, but the work goes on.
    """

    def __init__(
        self,
        own: Callable[[], Appender],
        others: Callable[[], Appender],
        event: Callable[[Progress], Append],
        stored: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._body = threading.get_ident()
        self._own = own
        self._others = others
        self._event = event
        self._stored = stored
        self._others_appender: Appender | None = None
        self._condition = threading.Condition()
        self._pending: Progress | None = None
        self._last_step: str | None = None
        self._last_sent = -math.inf
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
        """Take one report. Values that cannot be stored are clamped or left out.

        Raises:
            Cancelled, Fenced: the attempt must end.
        """
        data = progress_data(percent, step, detail, current, total)
        with self._condition:
            self._raise_refusal()
            if data.step == self._last_step and time.monotonic() < self._last_sent + MERGE_S:
                self._pending = data
                self._watch()
                return
            if data.step == self._last_step:
                self._pending = None
            # Send the last report of the previous step first.
            self._send_pending()
            self._send(data)
            self._raise_refusal()

    def stop(self) -> None:
        """Send the pending report, and append nothing after that.

        Raises:
            Cancelled, Fenced: as `report`.
        """
        with self._condition:
            self._stopping = True
            self._send_pending()
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._raise_refusal()

    def _raise_refusal(self) -> None:
        if self._refusal is not None:
            raise self._refusal

    def _watch(self) -> None:
        """Have a thread send the pending report when it is due."""
        if self._thread is None:
            with suppress(LedgerError, DriverError):
                # A connection opened by the thread would be lost when the thread ends.
                self._others_appender = self._others()
            self._thread = threading.Thread(
                target=self._send_when_due, name="task-ledger-progress", daemon=True
            )
            self._thread.start()
        else:
            self._condition.notify_all()

    def _send_when_due(self) -> None:
        with self._condition:
            while not self._stopping:
                due = self._last_sent + MERGE_S - time.monotonic()
                if self._pending is None:
                    self._condition.wait()
                elif due > 0:
                    self._condition.wait(due)
                else:
                    self._send_pending()

    def _send_pending(self) -> None:
        if self._pending is not None:
            data, self._pending = self._pending, None
            self._send(data)

    def _appender(self) -> Appender:
        if threading.get_ident() == self._body:
            return self._own()
        if self._others_appender is None or not usable(self._others_appender.connection):
            self._others_appender = self._others()
        return self._others_appender

    def _send(self, data: Progress) -> None:
        if self._refusal is not None:
            return
        event = self._event(data)
        try:
            answer = self._appender().append(event)
            if answer.cancel_requested:
                self._refusal = refusal("cancelled", event.task_id, answer)
            self._stored(data)
        except Refused as refused:
            self._refusal = refused
        except (LedgerError, DriverError) as error:
            # A lost report does no harm: the work goes on, and its end will be recorded.
            log.warning("progress_not_reported", error=str(error), step=data.step)
        self._last_step = data.step
        self._last_sent = time.monotonic()


def progress_data(
    percent: object, step: object, detail: object, current: object, total: object
) -> Progress:
    """The event data of a report; values that cannot be stored are clamped or left out."""
    return make_data(
        Progress,
        percent=_percent(percent),
        step=str(step or "…"),
        detail=None if detail is None else str(detail),
        current=_count(current),
        total=_count(total),
    )


def _percent(given: object) -> float:
    try:
        percent = float(given)  # pyright: ignore[reportArgumentType]
    except OverflowError:
        percent = 100.0 if given > 0 else 0.0  # pyright: ignore[reportOperatorIssue]
    except (TypeError, ValueError):
        percent = math.nan
    if math.isnan(percent):
        log.warning("progress_not_a_number", argument="percent")
        return 0.0
    return min(max(percent, 0.0), 100.0)


def _count(given: object) -> int | None:
    if given is None:
        return None
    try:
        count = int(given)  # pyright: ignore[reportArgumentType, reportCallIssue]
    except (TypeError, ValueError, OverflowError):
        log.warning("progress_not_a_number", argument="current or total")
        return None
    return min(max(count, -_MOST - 1), _MOST)
