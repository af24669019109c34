"""The database connections of a worker process, reopened after a fork.

Each thread that runs tasks has its own ledger connections on autocommit: one for its own claims,
progress and ends, and one, opened on first use, for progress that another thread reports for it.
`task_ledger.append` waits for the disk only at an end; earlier events are on disk with that end,
with a follower's checkpoint, or within 0.6 s. If the server loses power before that, the attempt is
lost together with its claim, as if it had never started. Sessions of task bodies come from a
separate pool, whose commits wait for the disk, and whose connections are closed when the process
has been idle.
"""

import os
import threading
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine

from task_ledger.eventlog.answered import ANSWER_S, connect_answered
from task_ledger.eventlog.appender import Appender
from task_ledger.eventlog.database import (
    CONNECT,
    DEAD_CLIENTS,
    ledger_errors,
    libpq_url,
    session,
    sqlalchemy_url,
    with_options,
)
from task_ledger.eventlog.idle_release import BODY_IDLE_S, close_when_idle

CANCEL_S: Final = 2.0

LEDGER_OPTIONS: Final = "-c synchronous_commit=off"

PROGRESS_OPTIONS: Final = f"{LEDGER_OPTIONS} -c statement_timeout=2s"
"""Seconds that a body reporting a new step waits for a report that the thread is sending."""

PROGRESS_ANSWER_S: Final = 5.0
"""The same for a frozen server, which does not enforce its own time limits."""


class Connections:
    """All connections of one application to the database with the ledger and the domain rows.

    Args:
        url: of the database.
        idle_s: seconds without use after which connections of `engine` are closed, unless
            `engine_options` choose a pool.
        engine_options: what `create_engine` takes.
    """

    def __init__(self, url: str, *, idle_s: float = BODY_IDLE_S, **engine_options: Any) -> None:
        self._url = libpq_url(url)
        self._idle_s = idle_s
        self._engine_options = engine_options
        self._pid = -1
        self._local = threading.local()
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The database URL, including the password: do not log it."""
        return self._url

    @property
    def engine(self) -> Engine:
        """The pool for sessions of task bodies; READ COMMITTED."""
        self._renew_after_fork()
        with self._lock:
            if self._engine is None:
                engine = create_engine(
                    sqlalchemy_url(self._url),
                    isolation_level="READ COMMITTED",
                    pool_pre_ping=True,
                    # Locks of a dead worker must not block the next attempt.
                    connect_args={**CONNECT, "options": with_options(self._url, DEAD_CLIENTS)},
                    **self._pool_options(),
                )
                if not self._chosen_pool:
                    close_when_idle(engine, self._idle_s)
                self._engine = engine
            return self._engine

    def _pool_options(self) -> dict[str, Any]:
        """The application's engine options; the pool is unlimited unless they set a size.

        Each attempt takes a connection before it is claimed, so a pool smaller than the worker's
        number of threads would block some of them.
        """
        own = self._engine_options
        return own if self._chosen_pool else {"pool_size": 0, **own}

    @property
    def _chosen_pool(self) -> bool:
        return not self._engine_options.keys().isdisjoint(
            {"poolclass", "pool", "pool_size", "max_overflow"}
        )

    def ledger(self) -> Connection[Any]:
        """This thread's connection for claims, progress and ends.

        Raises:
            LedgerUnavailable: the server cannot be reached.
        """
        return self.appender().connection

    def appender(self) -> Appender:
        """The `Appender` for that connection.

        Raises:
            LedgerUnavailable: the server cannot be reached.
        """
        return self._of_thread("ledger", LEDGER_OPTIONS, ANSWER_S)

    def progress_appender(self) -> Appender:
        """The `Appender` for progress that other threads report for this one.

        Raises:
            LedgerUnavailable: the server cannot be reached.
        """
        return self._of_thread("progress", PROGRESS_OPTIONS, PROGRESS_ANSWER_S)

    def discard(self) -> None:
        """Close this thread's ledger connections; the next use opens new ones."""
        for name in ("ledger", "progress"):
            appender: Appender | None = getattr(self._local, name, None)
            if appender is not None:
                drop(appender.connection)
                setattr(self._local, name, None)

    def _of_thread(self, name: str, options: str, answer_s: float) -> Appender:
        self._renew_after_fork()
        appender: Appender | None = getattr(self._local, name, None)
        if appender is not None and not usable(appender.connection):
            drop(appender.connection)
            appender = None
        if appender is None:
            with ledger_errors():
                parameters = session(self._url, f"task-ledger {name}", options)
                connection = connect_answered(self._url, answer_s, **parameters)
            appender = Appender(connection)
            setattr(self._local, name, appender)
        return appender

    def _renew_after_fork(self) -> None:
        if self._pid != os.getpid():
            # These sockets belong to the parent process: drop them without closing them.
            if self._engine is not None:
                self._engine.dispose(close=False)
            self._engine = None
            self._local = threading.local()
            self._lock = threading.Lock()
            self._pid = os.getpid()


def usable(connection: Connection[Any]) -> bool:
    """Whether a statement can be sent; not if a time limit was hit during an earlier one."""
    return not connection.closed and connection.info.transaction_status is TransactionStatus.IDLE


def drop(connection: Connection[Any]) -> None:
    """Close a connection and cancel any statement that the server may still be running."""
    with suppress(psycopg.Error):
        if not connection.closed and not usable(connection):
            connection.cancel_safe(timeout=CANCEL_S)
    connection.close()
