"""Ending the child process of an attempt, because a cancel asked for it.

Only the worker's main process can: it knows its children, and it learns from the ledger, at each
renewal of its lease, which attempts are meant. So it does not matter whether it could be reached
when somebody asked.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import structlog
from celery.bootsteps import (
    RUN,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
)
from celery.worker import state
from psycopg import Connection

from task_ledger.celery.worker.snapshots import snapshot
from task_ledger.eventlog.database import query

log = structlog.get_logger(__name__)


class Terminator:
    """Ends children of one worker's prefork pool.

    Args:
        worker: Celery's WorkController.
        boot: names this start of the worker.
    """

    def __init__(self, worker: Any, boot: UUID) -> None:
        self._worker = worker
        self._boot = boot

    def look(self, connection: Connection[Any], live: Iterable[UUID]) -> None:
        """End the children of those attempts whose cancel asks for it.

        Args:
            connection: in autocommit mode.
            live: the tasks that the worker works on.

        Raises:
            psycopg.Error: nothing was ended.
        """
        asked = {"boot": self._boot, "live": list(live)}
        if not asked["live"]:
            return
        for task_id, pid in connection.execute(query("terminations"), asked).fetchall():
            self._soon(task_id, pid)

    def _soon(self, task_id: UUID, pid: int) -> None:
        hub: Any = getattr(self._worker, "hub", None)
        if hub is None:
            self._end(task_id, pid)
            return
        if self._worker.blueprint.state != RUN:
            # The event loop has ended, and Celery's thread fires timers until all children have.
            hub.call_later(0, self._end, task_id, pid)
            return
        # In the event loop, which gives a child its next task after it has taken note of the end
        # of the last: a request that is active there is what the child runs at that moment.
        hub.call_soon(self._end, task_id, pid)

    def _end(self, task_id: UUID, pid: int) -> None:
        for request in snapshot(state.active_requests):
            if request.id == str(task_id) and request.worker_pid == pid:
                log.warning("attempt_terminated", task_id=str(task_id), pid=pid)
                # Not to be averted or put off by the body; its rows are undone by the server.
                request.terminate(self._worker.pool, signal="KILL")
