"""Writing a project's events out, as many as there are, without holding more than a few."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final
from uuid import UUID

import psycopg
from anyio import CancelScope, to_thread

from task_ledger.eventlog.database import ledger_errors
from task_ledger.eventlog.export import COLUMNS, csv_row, exported
from task_ledger.eventlog.timeline import stream_timeline
from task_ledger.model.events import TaskEvent
from task_ledger.ops.settings import Settings
from task_ledger.server.answered import AnsweredConnection
from task_ledger.server.resources import configure, connect_options

_AT_ONCE: Final = 500

_SESSION: Final = "-c idle_in_transaction_session_timeout=5min"


def ndjson(events: Iterable[TaskEvent]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(exported(event), ensure_ascii=False) + "\n" for event in events)


def csv_lines(events: Iterable[TaskEvent]) -> str:
    """One row a line, without the header; an absent value is an empty field."""
    text = io.StringIO()
    csv.writer(text).writerows(csv_row(event) for event in events)
    return text.getvalue()


CSV_HEADER: Final = ",".join(COLUMNS) + "\r\n"


class Export:
    """One export: a connection of its own with a server-side cursor, so one moment's snapshot.

    A client that takes nothing for five minutes loses it: an open snapshot keeps the database
    from cleaning up.
    """

    def __init__(self, settings: Settings, project_id: str, task_id: UUID | None = None) -> None:
        """Connect; blocks.

        Raises:
            LedgerUnavailable: the database cannot be reached.
        """
        with ledger_errors():
            self._connection: psycopg.Connection[Any] = AnsweredConnection.connect(
                settings.url_for("api"), **connect_options(settings, "task-ledger export", _SESSION)
            )
            configure(settings, self._connection)
        self._events: Iterator[TaskEvent] = stream_timeline(self._connection, project_id, task_id)

    async def chunks(
        self, write: Callable[[Iterable[TaskEvent]], str], done: Callable[[], None]
    ) -> AsyncIterator[str]:
        """The export in pieces; ends the connection and calls `done` at its end, however."""
        try:
            while piece := await to_thread.run_sync(self._next, write):
                yield piece
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(self._connection.close)
            done()

    def _next(self, write: Callable[[Iterable[TaskEvent]], str]) -> str:
        return write(list(islice(self._events, _AT_ONCE)))
