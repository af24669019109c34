"""Waiting for a task to change, for any number of clients with one query."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import anyio
from anyio import CapacityLimiter, to_thread
from psycopg import Connection
from psycopg_pool import ConnectionPool

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.server import PACKAGE
from task_ledger.server.streaming.poller import poll

INTERVAL_S: Final = 0.05


class Watch:
    """Looks for new versions of all awaited tasks in one statement."""

    def __init__(self, pool: ConnectionPool[Connection[Any]]) -> None:
        self._pool = pool
        self._limiter = CapacityLimiter(1)
        self._waiting: dict[UUID, dict[anyio.Event, int]] = {}
        self._wanted = anyio.Event()
        self._stopped = False

    async def changed(self, task_id: UUID, version: int, timeout_s: float) -> None:
        """Return once the task is past `version`, or after `timeout_s`, or at shutdown."""
        if self._stopped:
            return
        event = anyio.Event()
        self._waiting.setdefault(task_id, {})[event] = version
        self._wanted.set()
        try:
            with anyio.move_on_after(timeout_s):
                await event.wait()
        finally:
            waiting = self._waiting[task_id]
            del waiting[event]
            if not waiting:
                del self._waiting[task_id]
            if not self._waiting:
                self._wanted = anyio.Event()

    async def run(self) -> None:
        """Poll until cancelled."""
        await poll(lambda: self._wanted, self._ask, INTERVAL_S)

    def stop(self) -> None:
        """Release all waiting clients, and make later waits return at once."""
        self._stopped = True
        for waiting in self._waiting.values():
            for event in waiting:
                event.set()

    async def _ask(self) -> None:
        heads = await to_thread.run_sync(self._heads, list(self._waiting), limiter=self._limiter)
        for task_id, version in heads.items():
            for event, known in self._waiting.get(task_id, {}).items():
                if version > known:
                    event.set()

    def _heads(self, task_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        with ledger_errors(), self._pool.connection() as connection:
            rows = connection.execute(
                query("task_heads", PACKAGE), {"task_ids": task_ids}
            ).fetchall()
        return {task_id: version or 0 for task_id, version in rows}
