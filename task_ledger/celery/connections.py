"""The database connections of a worker process, made anew after a fork.

Each thread that runs tasks has its own ledger connections, in autocommit: one that waits for the
disk (claims and ends) and one for progress, which does not: a report that was seen and then
lost with the server's power is worth less than the wait, and everything a follower has read is
on the disk with its checkpoint. Authors' sessions come from a pool of their own.
"""

import os
import threading
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine

from task_ledger.database import CONNECT, ledger_errors, libpq_url, session, sqlalchemy_url

CANCEL_S: Final = 2.0

PROGRESS_OPTIONS: Final = "-c synchronous_commit=off -c statement_timeout=2s"
"""A body never waits longer than two seconds for a report."""


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
                    connect_args=dict(CONNECT),
                    **self._engine_options,
                )
            return self._engine

    def ledger(self) -> Connection[Any]:
        """This thread's connection for claims and ends.

        Raises:
            LedgerUnavailable: the server cannot be reached.
        """
        return self._of_thread("ledger", "")

    def progress(self) -> Connection[Any]:
        """This thread's connection for progress.

        Raises:
            LedgerUnavailable: the server cannot be reached.
        """
        return self._of_thread("progress", PROGRESS_OPTIONS)

    def discard(self) -> None:
        """Close this thread's ledger connections; the next use opens new ones."""
        for name in ("ledger", "progress"):
            connection: Connection[Any] | None = getattr(self._local, name, None)
            if connection is not None:
                drop(connection)
                setattr(self._local, name, None)

    def _of_thread(self, name: str, options: str) -> Connection[Any]:
        self._renew_after_fork()
        connection: Connection[Any] | None = getattr(self._local, name, None)
        if connection is not None and not usable(connection):
            drop(connection)
            connection = None
        if connection is None:
            with ledger_errors():
                parameters = session(self._url, f"task-ledger {name}", options)
                connection = psycopg.connect(self._url, autocommit=True, **parameters)
            setattr(self._local, name, connection)
        return connection

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
