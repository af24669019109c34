"""Streaming a project's events without holding more than a few in memory."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Final
from uuid import UUID

import psycopg
from anyio import to_thread

from task_ledger.errors import LedgerUnavailable
from task_ledger.eventlog.answered import AnsweredConnection
from task_ledger.eventlog.database import ledger_errors, session
from task_ledger.eventlog.export import COLUMNS, csv_row, exported
from task_ledger.eventlog.timeline import stream_timeline
from task_ledger.model.events import TaskEvent
from task_ledger.ops.settings import Settings
from task_ledger.server.resources import Resources, configure

_PIECE_BYTES: Final = 256 * 1024
"""Size of a chunk of an export, in bytes, and so the maximum that a slow reader keeps buffered."""

_COLUMNS_BYTES: Final = 500
"""Approximate size of an event besides its data, in bytes."""

_SESSION: Final = "-c idle_in_transaction_session_timeout=5min"


def ndjson(events: Iterable[TaskEvent]) -> str:
    """One JSON object per line."""
    return "".join(json.dumps(exported(event), ensure_ascii=False) + "\n" for event in events)


def csv_lines(events: Iterable[TaskEvent]) -> str:
    """CSV rows without the header; a missing value is an empty field."""
    text = io.StringIO()
    csv.writer(text).writerows(csv_row(event) for event in events)
    return text.getvalue()


CSV_HEADER: Final = ",".join(COLUMNS) + "\r\n"


class Export:
    """One export: its own connection with a server-side cursor, and so one snapshot.

    It is aborted if the client reads nothing for five minutes, because an open snapshot blocks
    vacuum.

    Attributes:
        late_s: how many seconds its snapshot may be behind the primary.
    """

    def __init__(self, shared: Resources, project_id: str, task_id: UUID | None = None) -> None:
        """Connect, to the read replica if there is one that may answer; blocks.

        Raises:
            LedgerUnavailable: the database cannot be reached.
        """
        self._connection, self.late_s = _connected(shared)
        self._events: Iterator[TaskEvent] = stream_timeline(self._connection, project_id, task_id)

    async def chunks(self, write: Callable[[Iterable[TaskEvent]], str]) -> AsyncIterator[str]:
        """The export in chunks."""
        while piece := await to_thread.run_sync(self._next, write):
            yield piece

    def close(self) -> None:
        """End the connection, and the snapshot with it; blocks."""
        self._connection.close()

    def _next(self, write: Callable[[Iterable[TaskEvent]], str]) -> str:
        return write(list(self._piece()))

    def _piece(self) -> Iterator[TaskEvent]:
        size = 0
        for event in self._events:
            size += len(event.data_text) + len(event.private_text or "") + _COLUMNS_BYTES
            yield event
            if size >= _PIECE_BYTES:
                return


def _connected(shared: Resources) -> tuple[psycopg.Connection[Any], float]:
    settings, replica = shared.settings, shared.replica
    url, late_s = settings.replica_url(), replica.behind_s() if replica else None
    if replica is not None and url is not None and late_s is not None:
        try:
            return _open(settings, url), late_s
        except LedgerUnavailable:
            replica.pass_over()
    return _open(settings, settings.url_for("api")), 0.0


def _open(settings: Settings, url: str) -> psycopg.Connection[Any]:
    options = session(url, "task-ledger export", _SESSION, pooled=settings.api_pooled)
    with ledger_errors():
        connection: psycopg.Connection[Any] = AnsweredConnection.connect(url, **options)
        configure(settings, connection)
        return connection
