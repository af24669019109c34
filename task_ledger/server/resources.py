"""Resources shared by all requests: connections and pollers."""

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import anyio
import psycopg
from anyio import to_thread
from fastapi import Depends, Request
from psycopg_pool import ConnectionPool

from task_ledger.errors import LedgerBusy, LedgerError, LedgerUnavailable
from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import ledger_errors, session
from task_ledger.eventlog.pooler import read_in_utc
from task_ledger.ops.settings import Settings
from task_ledger.server.host_auth import Authenticate
from task_ledger.server.metrics import Metrics
from task_ledger.server.problems import ProblemError
from task_ledger.server.projects import Projects
from task_ledger.server.readiness import Readiness
from task_ledger.server.replica import Replica
from task_ledger.server.streaming.follow import Follow
from task_ledger.server.streaming.slots import StreamSlots
from task_ledger.server.streaming.watch import Watch

if TYPE_CHECKING:
    # At run time only where a provider is configured: it needs further packages.
    from task_ledger.server.oidc.provider import Provider

T = TypeVar("T")
Pool = ConnectionPool[psycopg.Connection[Any]]

EXPORTS = 4
"""Maximum number of concurrent exports; further ones are refused."""

EXPORTS_PER_TOKEN = 2
"""Maximum number of concurrent exports per token, so that slow readers leave slots for others."""

THREAD_S: Final = 10.0
"""Seconds to wait for a thread for a database query."""

_SESSION: Final = "-c idle_in_transaction_session_timeout=60s -c statement_timeout=30s"
"""The statement timeout of requests."""

REPLICA_SESSION: Final = "-c idle_in_transaction_session_timeout=60s -c statement_timeout=8s"
"""Shorter on a replica, because the primary is asked next."""


def connect_options(
    settings: Settings, name: str = "task-ledger api", options: str = _SESSION
) -> dict[str, Any]:
    """Further psycopg parameters for connections of the API."""
    return session(settings.url_for("api"), name, options, pooled=settings.api_pooled)


def configure(settings: Settings, connection: psycopg.Connection[Any]) -> None:
    """Make a new connection of the API read every time that the database can store, in UTC."""
    read_any_time(connection)
    if settings.api_pooled:
        read_in_utc(connection)


@dataclass(frozen=True)
class Resources:
    """The application's resources, open while it runs.

    Attributes:
        pool: for reads; on autocommit.
        replica: answers reads that may be late, if there is one.
        views: optional parts of the page that plug-ins have enabled.
        authenticate: replaces tokens and sessions, if set.
        provider: the OpenID Connect provider that people sign in with, if there is one.
        exporting: number of running exports by token name.
        opened: the values yielded by the plug-ins' `open`, by plug-in name.
    """

    settings: Settings
    pool: Pool
    watch: Watch
    follow: Follow
    readiness: Readiness
    metrics: Metrics
    projects: Projects
    replica: Replica | None = None
    views: tuple[str, ...] = ()
    authenticate: Authenticate | None = None
    provider: "Provider | None" = None
    opened: Mapping[str, Any] = field(default_factory=dict[str, Any])
    streams: StreamSlots = field(default_factory=StreamSlots)
    exporting: Counter[str] = field(default_factory=Counter[str])
    exports: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(EXPORTS))

    @property
    def provider_label(self) -> str | None:
        """What the sign-in page calls the provider, if there is one."""
        return None if self.provider is None else self.provider.settings.label

    def of(self, plugin: str) -> Any:
        """The value yielded by this plug-in's `open`."""
        return self.opened[plugin]

    @contextmanager
    def reading(self) -> Generator[psycopg.Connection[Any]]:
        """A pooled connection on autocommit; blocks for at most the pool's timeout.

        Raises:
            LedgerUnavailable: none was available, or it broke.
        """
        with ledger_errors(), self.pool.connection() as connection:
            yield connection

    async def read(self, question: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Run a query on a pooled connection, in a thread.

        Raises:
            LedgerUnavailable: no thread or connection was available, or the connection broke.
        """
        return await _in_thread(self.pool, question)

    async def read_late(self, question: Callable[[psycopg.Connection[Any]], T]) -> tuple[T, float]:
        """Run a query whose answer may be late: on the replica, if there is one that may answer.

        The primary answers too if the replica fails or if the question raises there, so what is
        refused was refused by the primary.

        Args:
            question: runs all that belongs together, and may be called twice.

        Returns:
            The answer, and how many seconds it may be behind the primary; 0.0 from the primary.

        Raises:
            LedgerUnavailable: no thread or connection was available, or the connection broke.
        """
        behind = self.replica.behind_s() if self.replica is not None else None
        if self.replica is not None and behind is not None:
            try:
                return await _in_thread(self.replica.pool, question), behind
            except (LedgerUnavailable, LedgerBusy, psycopg.Error):
                self.replica.pass_over()
            except (LedgerError, ProblemError):
                pass  # perhaps of something that the replica does not have yet
        return await self.read(question), 0.0


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


async def _in_thread(pool: Pool, question: Callable[[psycopg.Connection[Any]], T]) -> T:
    def ask() -> T:
        with ledger_errors(), pool.connection() as connection:
            return question(connection)

    try:
        # Only the wait for a thread ends here; a started one is never abandoned.
        with anyio.fail_after(THREAD_S):
            return await to_thread.run_sync(ask)
    except TimeoutError as error:
        raise LedgerUnavailable(
            f"no thread was free for {THREAD_S} s: other requests wait for the database"
        ) from error
