"""Kills the child process of an attempt if a cancel requests it.

Only the worker's main process can do this, since it knows its children. At each renewal of its
lease it learns from the ledger which attempts to kill, so it need not be reachable when the cancel
is requested.
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
    """Kills children of one worker's prefork pool.

    Args:
        worker: Celery's WorkController.
        boot: id of this run of the worker.
    """

    def __init__(self, worker: Any, boot: UUID) -> None:
        self._worker = worker
        self._boot = boot

    def look(self, connection: Connection[Any], live: Iterable[UUID]) -> None:
        """Kill the children of attempts whose cancel requests it.

        Args:
            connection: in autocommit mode.
            live: the tasks that the worker works on.

        Raises:
            psycopg.Error: nothing was killed.
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
            # The event loop has ended, but Celery's thread fires timers until all children have
            # ended.
            hub.call_later(0, self._end, task_id, pid)
            return
        # This runs in the event loop, which assigns a child its next task only after recording the
        # end of the last one, so an active request is what the child is running now.
        hub.call_soon(self._end, task_id, pid)

    def _end(self, task_id: UUID, pid: int) -> None:
        for request in snapshot(state.active_requests):
            if request.id == str(task_id) and request.worker_pid == pid:
                log.warning("attempt_terminated", task_id=str(task_id), pid=pid)
                # SIGKILL, so that the body cannot prevent or delay it; the server rolls its rows
                # back.
                request.terminate(self._worker.pool, signal="KILL")
