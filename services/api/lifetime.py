"""Opens what the application needs as it starts, and closes it as it stops."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import Any, Final

import anyio
import psycopg
from anyio import to_thread
from fastapi import FastAPI
from psycopg_pool import ConnectionPool
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from services.api.live.follow import Follow
from services.api.live.watch import Watch
from services.api.metrics import Metrics
from services.api.readiness import Readiness
from services.api.resources import Resources
from services.api.sending import make_sender
from takeoff.storage import open_storage
from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import session, sqlalchemy_url
from task_ledger.ops.settings import Settings

_SESSION: Final = "-c idle_in_transaction_session_timeout=60s -c statement_timeout=30s"
"""Nothing that a request asks may hold the database for longer."""

_TRY_FOR_S: Final = 2.0
"""For how long the pool goes on to connect before it leaves that to the next request.

It waits twice as long after each try, so after a minute without a database it would notice a minute
late that there is one again.
"""


@asynccontextmanager
async def running(app: FastAPI, settings: Settings, metrics: Metrics) -> AsyncIterator[None]:
    """The application's life. Starts without its database, too: it answers 503 until then."""
    shared = _open(settings, metrics)
    app.state.resources = shared
    # Opened without waiting, and closed in a thread: both may take as long as a connection does.
    await to_thread.run_sync(lambda: shared.pool.open(wait=False))
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(shared.watch.run)
            tasks.start_soon(shared.follow.run)
            with _told_to_stop(shared):
                yield
            _stop(shared)
            tasks.cancel_scope.cancel()
    finally:
        await to_thread.run_sync(shared.pool.close)
        await shared.engine.dispose()


def _open(settings: Settings, metrics: Metrics) -> Resources:
    url = settings.url_for("api")
    connect = session(url, "task-ledger api", _SESSION)
    pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
        url,
        kwargs={**connect, "autocommit": True},
        min_size=settings.pool_min_size,
        max_size=settings.pool_max_size,
        timeout=settings.pool_timeout_s,
        configure=read_any_time,
        # A connection that broke while it waited must not cost anybody their request.
        check=ConnectionPool.check_connection,
        reconnect_timeout=_TRY_FOR_S,
        open=False,
    )
    engine = create_async_engine(
        sqlalchemy_url(url),
        connect_args=connect,
        pool_size=settings.pool_max_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_s,
        pool_pre_ping=True,
    )
    return Resources(
        settings=settings,
        pool=pool,
        engine=engine,
        sessions=async_sessionmaker(engine, expire_on_commit=False),
        storage=open_storage(settings.storage()),
        sender=make_sender(),
        watch=Watch(pool),
        follow=Follow(pool),
        readiness=Readiness(pool, settings.broker),
        metrics=metrics,
    )


def _stop(shared: Resources) -> None:
    shared.watch.stop()
    shared.follow.stop()


@contextmanager
def _told_to_stop(shared: Resources) -> Generator[None]:
    """Ends streams and long polls at the signal itself.

    The server ends its application only after every answer has been sent, and a live stream never
    is; so the signals that the server handles are heard here as well.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(_stop, shared)
        earlier = before[signal.Signals(number)]
        if callable(earlier):
            earlier(number, frame)

    for number in before:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
