"""Opens the application's resources at start and closes them at stop."""

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, cast

import anyio
from anyio import to_thread
from fastapi import FastAPI
from psycopg_pool import ConnectionPool

from task_ledger.eventlog.answered import AnsweredConnection, check
from task_ledger.eventlog.database import session
from task_ledger.ops.settings import Settings
from task_ledger.plugin import Plugin
from task_ledger.server.host_auth import Authenticate
from task_ledger.server.metrics import Metrics
from task_ledger.server.projects import Projects
from task_ledger.server.readiness import Readiness
from task_ledger.server.replica import CONNECT_S, ProbeConnection, Replica, ReplicaConnection
from task_ledger.server.resources import (
    REPLICA_SESSION,
    Pool,
    Resources,
    configure,
    connect_options,
)
from task_ledger.server.streaming.follow import Follow
from task_ledger.server.streaming.watch import Watch

if TYPE_CHECKING:
    from task_ledger.server.oidc.provider import Provider

_TRY_FOR_S: Final = 2.0
"""Seconds for which the pool keeps trying to connect before it leaves that to the next request. The
pool doubles its pause after each try, so after a minute without a database it would notice its
return a minute late.
"""


@asynccontextmanager
async def running(
    app: FastAPI,
    settings: Settings,
    metrics: Metrics,
    plugins: Sequence[Plugin] = (),
    *,
    authenticate: Authenticate | None = None,
    provider: "Provider | None" = None,
) -> AsyncGenerator[None]:
    """The application's lifespan. It also starts without its database, and answers 503 until it is
    reachable."""
    opened: dict[str, Any] = {}
    shared = _open(settings, metrics, plugins, opened, authenticate=authenticate, provider=provider)
    app.state.resources = shared
    # Opened without waiting and closed in a thread, since both may take as long as connecting does.
    pools = [shared.pool, *([shared.replica.pool] if shared.replica else [])]
    for pool in pools:
        await to_thread.run_sync(pool.open, False)
    try:
        async with AsyncExitStack() as parts:
            for plugin in plugins:
                if plugin.open is not None:
                    opened[plugin.name] = await parts.enter_async_context(plugin.open(shared))
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(shared.watch.run)
                tasks.start_soon(shared.follow.run)
                if shared.replica is not None:
                    tasks.start_soon(shared.replica.run)
                with _told_to_stop(shared):
                    yield
                _stop(shared)
                tasks.cancel_scope.cancel()
    finally:
        for pool in pools:
            await to_thread.run_sync(pool.close)


def _open(
    settings: Settings,
    metrics: Metrics,
    plugins: Sequence[Plugin],
    opened: Mapping[str, Any],
    *,
    authenticate: Authenticate | None,
    provider: "Provider | None",
) -> Resources:
    url = settings.url_for("api")
    options = connect_options(settings)
    pool = _pool(settings, url, AnsweredConnection, options, settings.pool_timeout_s)
    return Resources(
        settings=settings,
        pool=pool,
        replica=_replica(settings, pool),
        watch=Watch(pool),
        follow=Follow(pool),
        readiness=Readiness(pool, settings.broker),
        metrics=metrics,
        projects=Projects([plugin.projects() for plugin in plugins if plugin.projects]),
        views=tuple(view for plugin in plugins for view in plugin.views),
        opened=opened,
        authenticate=authenticate,
        provider=provider,
    )


def _replica(settings: Settings, primary: Pool) -> Replica | None:
    url = settings.replica_url()
    if url is None:
        return None
    probe = session(url, "task-ledger api replica", pooled=settings.api_pooled)
    options = session(url, "task-ledger api", REPLICA_SESSION, pooled=settings.api_pooled)
    return Replica(
        primary,
        _pool(settings, url, ReplicaConnection, options, min(settings.pool_timeout_s, CONNECT_S)),
        lambda: ProbeConnection.connect(url, **probe, autocommit=True),
        settings.api_replica_max_lag_s,
    )


def _pool(
    settings: Settings,
    url: str,
    kind: type[AnsweredConnection],
    options: dict[str, Any],
    timeout_s: float,
) -> Pool:
    pool = ConnectionPool(
        url,
        connection_class=kind,
        kwargs={**options, "autocommit": True},
        min_size=settings.pool_min_size,
        max_size=settings.pool_max_size,
        timeout=timeout_s,
        configure=partial(configure, settings),
        # A connection that broke while idle must not fail a request.
        check=check,
        reconnect_timeout=_TRY_FOR_S,
        open=False,
    )
    return cast("Pool", pool)


def _stop(shared: Resources) -> None:
    shared.watch.stop()
    shared.follow.stop()


@contextmanager
def _told_to_stop(shared: Resources) -> Generator[None]:
    """End streams and long polls when the signal arrives.

    The server stops its application only after all responses have ended, and a live stream never
    ends; so this also listens to the signals that the server handles.
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
