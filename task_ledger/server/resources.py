"""What all requests share: connections, and those who look for changes."""

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeVar

import anyio
import psycopg
from anyio import to_thread
from fastapi import Depends, Request
from psycopg_pool import ConnectionPool

from task_ledger.errors import LedgerUnavailable
from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import ledger_errors, session
from task_ledger.eventlog.pooler import read_in_utc
from task_ledger.ops.settings import Settings
from task_ledger.server.host_auth import Authenticate
from task_ledger.server.metrics import Metrics
from task_ledger.server.projects import Projects
from task_ledger.server.readiness import Readiness
from task_ledger.server.streaming.follow import Follow
from task_ledger.server.streaming.slots import StreamSlots
from task_ledger.server.streaming.watch import Watch

T = TypeVar("T")
Pool = ConnectionPool[psycopg.Connection[Any]]

EXPORTS = 4
"""Exports that run at the same time; a further one is refused."""

EXPORTS_PER_TOKEN = 2
"""Of these, how many one token may have: one slow reader leaves room for others."""

THREAD_S: Final = 10.0
"""Seconds to wait for a thread in which the database can be asked."""

_SESSION: Final = "-c idle_in_transaction_session_timeout=60s -c statement_timeout=30s"
"""Nothing that a request asks may hold the database for longer."""


def connect_options(
    settings: Settings, name: str = "task-ledger api", options: str = _SESSION
) -> dict[str, Any]:
    """What a connection of the api passes to psycopg, besides the address."""
    return session(settings.url_for("api"), name, options, pooled=settings.api_pooled)


def configure(settings: Settings, connection: psycopg.Connection[Any]) -> None:
    """Read every time that the database can hold, in UTC, on a new connection of the api's."""
    read_any_time(connection)
    if settings.api_pooled:
        read_in_utc(connection)


@dataclass(frozen=True)
class Resources:
    """Open while the application runs.

    Attributes:
        pool: for reads; its connections are on autocommit.
        views: parts of the page that plugins have switched on.
        authenticate: says who makes a request, in place of tokens and sessions.
        exporting: how many exports each token has, by its name.
        opened: what each plugin's `open` has yielded, by the plugin's name.
    """

    settings: Settings
    pool: Pool
    watch: Watch
    follow: Follow
    readiness: Readiness
    metrics: Metrics
    projects: Projects
    views: tuple[str, ...] = ()
    authenticate: Authenticate | None = None
    opened: Mapping[str, Any] = field(default_factory=dict[str, Any])
    streams: StreamSlots = field(default_factory=StreamSlots)
    exporting: Counter[str] = field(default_factory=Counter[str])
    exports: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(EXPORTS))

    def of(self, plugin: str) -> Any:
        """What the `open` of the plugin of this name has yielded."""
        return self.opened[plugin]

    @contextmanager
    def reading(self) -> Generator[psycopg.Connection[Any]]:
        """A connection of the pool, on autocommit; blocks for at most the pool's timeout.

        Raises:
            LedgerUnavailable: none could be had, or it broke.
        """
        with ledger_errors(), self.pool.connection() as connection:
            yield connection

    async def read(self, question: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Ask something on a connection of the pool, in a thread.

        Raises:
            LedgerUnavailable: no thread or no connection could be had, or it broke.
        """

        def ask() -> T:
            with self.reading() as connection:
                return question(connection)

        try:
            # A thread that has begun is not abandoned: only the wait for one ends here.
            with anyio.fail_after(THREAD_S):
                return await to_thread.run_sync(ask)
        except TimeoutError as error:
            raise LedgerUnavailable(
                f"no thread was free for {THREAD_S} s: others wait for the database"
            ) from error


def resources(request: Request) -> Resources:
    """The application's resources.

    Raises:
        RuntimeError: its lifespan is not running.
    """
    found = getattr(request.app.state, "resources", None)
    if found is None:
        raise RuntimeError(
            "the ledger's application is not running: enter task_ledger.server.ledger_lifespan(…) "
            "in the lifespan of the application that it is mounted in"
        )
    return found


Shared = Annotated[Resources, Depends(resources)]
