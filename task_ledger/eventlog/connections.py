"""The database connections of a worker process, made anew after a fork.

Each thread that runs tasks has its own ledger connections, in autocommit: one for what it says
itself (claims, progress, ends), and one for the progress that another thread reports for it, opened
when that happens first. Only an end waits for the disk, as `task_ledger.append` sees to it: what
was written before is on the disk with the end, or with a follower's checkpoint, or within 0.6 s. A
server that loses power in between has lost an attempt with its claim, as if it had not begun.
Authors' sessions come from a pool of their own, and wait.
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

CANCEL_S: Final = 2.0

LEDGER_OPTIONS: Final = "-c synchronous_commit=off"

PROGRESS_OPTIONS: Final = f"{LEDGER_OPTIONS} -c statement_timeout=2s"
"""A body that reports a new step waits no longer than this for what the thread is sending."""

PROGRESS_ANSWER_S: Final = 5.0
"""The same when the server is frozen and looks at no limit of its own."""


class Connections:
    """All connections of one application to the database that holds ledger and domain rows."""

    def __init__(self, url: str, **engine_options: Any) -> None:
        self._url = libpq_url(url)
        self._engine_options = engine_options
        self._pid = -1
        self._local = threading.local()
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The database's address, with the password in it: do not log it."""
        return self._url

    @property
    def engine(self) -> Engine:
        """The pool that authors' sessions draw from; READ COMMITTED."""
        self._renew_after_fork()
        with self._lock:
            if self._engine is None:
                self._engine = create_engine(
                    sqlalchemy_url(self._url),
                    isolation_level="READ COMMITTED",
                    pool_pre_ping=True,
                    # A dead worker's rows must not keep the next attempt waiting for theirs.
                    connect_args={**CONNECT, "options": with_options(self._url, DEAD_CLIENTS)},
                    **self._pool_options(),
                )
            return self._engine

    def _pool_options(self) -> dict[str, Any]:
        """The application's options of the engine; without a size, the pool has no limit.

        Each attempt takes a connection before it is claimed, so a smaller pool than the worker's
        threads would keep some of them waiting.
        """
        own = self._engine_options
        chosen = own.keys() & {"poolclass", "pool", "pool_size", "max_overflow"}
        return own if chosen else {"pool_size": 0, **own}

    def ledger(self) -> Connection[Any]:
        """This thread's connection for claims, progress and ends.

        Raises:
            LedgerUnavailable: the server cannot be reached.
        """
        return self.appender().connection

    def appender(self) -> Appender:
        """What appends over that connection, kept with it.

        Raises:
            LedgerUnavailable: the server cannot be reached.
        """
        return self._of_thread("ledger", LEDGER_OPTIONS, ANSWER_S)

    def progress_appender(self) -> Appender:
        """What appends over this thread's connection for what others report for it.

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
            # Sockets of the parent: forgotten without being closed, they are still the parent's.
            if self._engine is not None:
                self._engine.dispose(close=False)
            self._engine = None
            self._local = threading.local()
            self._lock = threading.Lock()
            self._pid = os.getpid()


def usable(connection: Connection[Any]) -> bool:
    """Whether a statement can be sent: a time limit may have struck while one was answered."""
    return not connection.closed and connection.info.transaction_status is TransactionStatus.IDLE


def drop(connection: Connection[Any]) -> None:
    """Close a connection, and stop what the server may still be doing for it."""
    with suppress(psycopg.Error):
        if not connection.closed and not usable(connection):
            connection.cancel_safe(timeout=CANCEL_S)
    connection.close()
