"""New entries of timelines, for any number of streams with one query."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import anyio
from anyio import CapacityLimiter, to_thread
from psycopg import Connection
from psycopg_pool import ConnectionPool

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.timeline import Entry, Head, read_new
from task_ledger.server import PACKAGE
from task_ledger.server.streaming.poller import poll

INTERVAL_S: Final = 0.075

ACCESS_INTERVAL_S: Final = 1.0
"""Seconds between checks for ended tokens and sessions."""

AT_ONCE: Final = 100
"""Number of a project's entries that are read at a time and that may be buffered for a slow
client."""


class Subscription:
    """The entries that one stream has not sent yet, at most `AT_ONCE`.

    If a client is too slow, all but the last entry are dropped here; the gap in the numbers tells
    its stream to read them from the database, as fast as the client takes them.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._arrived = anyio.Event()
        self.stopped = False
        self.recheck = False
        """Set if any access changed; the stream then checks its own and resets this."""

    def access_changed(self) -> None:
        """Make the stream check whether its token or session is still active."""
        self.recheck = True
        self._arrived.set()

    def offer(self, entries: list[Entry]) -> None:
        """Hand over new entries."""
        if len(self._entries) + len(entries) > AT_ONCE:
            self._entries = entries[-1:]
        else:
            self._entries = self._entries + entries
        self._arrived.set()

    def stop(self) -> None:
        """End the stream."""
        self.stopped = True
        self._arrived.set()

    async def take(self, timeout_s: float) -> list[Entry]:
        """The entries since the last call; waits for some, up to a timeout."""
        with anyio.move_on_after(timeout_s):
            await self._arrived.wait()
        taken, self._entries = self._entries, []
        if not self.stopped:
            self._arrived = anyio.Event()
        return taken


class Follow:
    """Reads new entries for all streamed timelines in one statement."""

    def __init__(self, pool: ConnectionPool[Connection[Any]]) -> None:
        self._pool = pool
        self._limiter = CapacityLimiter(1)
        self._cursors: dict[str, int] = {}
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._wanted = anyio.Event()
        self._stopped = False
        self._accesses: int | None = None
        self._epoch: str | None = None
        self._asked_access = 0.0

    @property
    def streams(self) -> int:
        """Number of streams."""
        return sum(map(len, self._subscriptions.values()))

    @contextmanager
    def subscribed(self, project_id: str, head: Head) -> Generator[Subscription]:
        """A subscription to entries after `head`, the timeline's end.

        It may start later than `head` if others already follow the project; the stream reads
        missing entries from the database.
        """
        subscription = Subscription()
        if self._stopped:
            subscription.stop()
        self._subscriptions.setdefault(project_id, set()).add(subscription)
        self._cursors.setdefault(project_id, head.seq)
        self._epoch = self._epoch or head.epoch
        self._wanted.set()
        try:
            yield subscription
        finally:
            others = self._subscriptions[project_id]
            others.discard(subscription)
            if not others:
                del self._subscriptions[project_id]
                del self._cursors[project_id]
            if not self._subscriptions:
                self._wanted = anyio.Event()

    async def run(self) -> None:
        """Read until cancelled."""
        await poll(lambda: self._wanted, self._ask, INTERVAL_S)

    def stop(self) -> None:
        """End all streams, including those that are about to start."""
        self._stopped = True
        self._end_streams()

    def _end_streams(self) -> None:
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.stop()

    async def _ask(self) -> None:
        cursors = dict(self._cursors)
        await self._ask_access()
        found = await to_thread.run_sync(self._read, cursors, limiter=self._limiter)
        for project_id, entries in found.items():
            # Unsubscribed and subscribed again meanwhile: use the new cursor.
            if self._cursors.get(project_id) != cursors[project_id]:
                continue
            self._cursors[project_id] = entries[-1].seq
            for subscription in self._subscriptions[project_id]:
                subscription.offer(entries)

    async def _ask_access(self) -> None:
        """Check every second whether the access log has grown, as when a token or session ends, and
        whether the epoch has changed, which invalidates all numbers.
        """
        if anyio.current_time() - self._asked_access < ACCESS_INTERVAL_S:
            return
        self._asked_access = anyio.current_time()
        last, epoch = await to_thread.run_sync(self._last_access, limiter=self._limiter)
        before, self._accesses = self._accesses, last
        known, self._epoch = self._epoch, epoch
        if known not in (None, epoch):
            self._end_streams()
        # After a pause without streams, changes may have been missed.
        if last != before:
            for subscriptions in self._subscriptions.values():
                for subscription in subscriptions:
                    subscription.access_changed()

    def _last_access(self) -> tuple[int, str]:
        with ledger_errors(), self._pool.connection() as connection:
            row = connection.execute(query("last_access", PACKAGE)).fetchone()
        return row or (0, "")

    def _read(self, cursors: Mapping[str, int]) -> dict[str, list[Entry]]:
        with ledger_errors(), self._pool.connection() as connection:
            return read_new(connection, cursors, limit=AT_ONCE)
