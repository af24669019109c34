"""What all requests share: connections, storage, and those who look for changes."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

import anyio
import psycopg
from anyio import CapacityLimiter, to_thread
from celery import Celery
from fastapi import Depends, Request
from psycopg_pool import ConnectionPool
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from services.api.live.follow import Follow
from services.api.live.watch import Watch
from services.api.metrics import Metrics
from services.api.readiness import Readiness
from takeoff.storage import Storage
from task_ledger.eventlog.database import ledger_errors
from task_ledger.ops.settings import Settings

T = TypeVar("T")
Pool = ConnectionPool[psycopg.Connection[Any]]

UPLOADS = 8
"""Uploads that are taken at the same time; further ones wait for their turn."""

INSPECTIONS = 2
"""Uploaded files that are inspected at the same time: each may need 1.5 GB."""

THUMBNAILS = 2
"""Page images that are made smaller at the same time: each may hold 80 MB."""

EXPORTS = 4
"""Exports that run at the same time; a further one is refused."""


@dataclass(frozen=True)
class Resources:
    """Open while the application runs.

    Attributes:
        pool: for reads; its connections are on autocommit.
        sessions: for routes that store rows of the domain and enqueue in one transaction.
        sender: builds the messages of tasks; sends nothing.
    """

    settings: Settings
    pool: Pool
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    storage: Storage
    sender: Celery
    watch: Watch
    follow: Follow
    readiness: Readiness
    metrics: Metrics
    uploads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(UPLOADS))
    inspections: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(INSPECTIONS))
    thumbnails: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(THUMBNAILS))
    exports: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(EXPORTS))

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
            LedgerUnavailable: no connection could be had, or it broke.
        """

        def ask() -> T:
            with self.reading() as connection:
                return question(connection)

        return await to_thread.run_sync(ask)


def resources(request: Request) -> Resources:
    """The application's resources."""
    return request.app.state.resources


Shared = Annotated[Resources, Depends(resources)]
