"""The transaction of whoever enqueues, as registering sees it, over each kind of connection."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final, LiteralString, TypeGuard, TypeVar, cast

from psycopg import AsyncConnection, AsyncCursor, Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from task_ledger.errors import UnsupportedConfiguration, WrongIsolation
from task_ledger.eventlog.database import ledger_errors, sqlalchemy_errors
from task_ledger.registration.session import check_session

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    Caller = Session | AsyncSession | Connection[Any] | AsyncConnection[Any]
    """What an application enqueues through."""

R = TypeVar("R")

_SAVEPOINT: Final = "task_ledger_enqueue"


class CallerTransaction(ABC):
    """A transaction that somebody else ends."""

    @abstractmethod
    def check(self) -> None:
        """Refuse one that cannot keep what is promised of what is registered in it.

        May begin the transaction; sends no statement of its own.

        Raises:
            UnsupportedConfiguration: the driver is not psycopg 3.
            WrongIsolation: every statement would be committed by itself.
        """

    @abstractmethod
    def execute(self, statement: LiteralString, parameters: Mapping[str, Any]) -> Any:
        """Run one statement in the transaction; its first row, None where it returns none.

        Args:
            parameters: as psycopg takes them, in the form `%(name)s`.

        Raises:
            LedgerError: by what the database says; the transaction must be rolled back.
        """

    @abstractmethod
    def savepoint(self) -> AbstractContextManager[Any]:
        """What is run within is undone when it raises, and the transaction can go on."""


class SessionTransaction(CallerTransaction):
    """That of an SQLAlchemy session, also of the one beneath an `AsyncSession`."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    def check(self) -> None:
        """As `check_session`."""
        check_session(self._session)

    def execute(self, statement: LiteralString, parameters: Mapping[str, Any]) -> Any:
        """Run one statement on the session's connection; flushes nothing."""
        with sqlalchemy_errors():
            rows = self._session.connection().exec_driver_sql(statement, dict(parameters))
            return tuple(rows.one()) if rows.returns_rows else None

    def savepoint(self) -> AbstractContextManager[Any]:
        """A savepoint of the session's connection."""
        return self._session.connection().begin_nested()


class ConnectionTransaction(CallerTransaction):
    """That of a psycopg connection, whatever its cursors and rows are like.

    Args:
        connection: a `psycopg.Connection`, or an `AsyncConnection` inside a greenlet that
            SQLAlchemy has spawned.
    """

    def __init__(self, connection: Connection[Any] | AsyncConnection[Any]) -> None:
        self._connection = connection

    def check(self) -> None:
        """Refuse autocommit, unless a `connection.transaction()` is open on it."""
        status = self._connection.info.transaction_status
        if self._connection.autocommit and status is TransactionStatus.IDLE:
            raise WrongIsolation(
                "the connection is in autocommit, so what it registers would stay after an error:"
                " enqueue within `with connection.transaction():`, or connect with"
                " autocommit=False"
            )

    def execute(self, statement: LiteralString, parameters: Mapping[str, Any]) -> Any:
        """Run one statement on the connection."""
        with ledger_errors():
            return self._run(statement, parameters)

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """A savepoint; not `connection.transaction()`, which commits where none was begun."""
        with ledger_errors():
            self._run(f"SAVEPOINT {_SAVEPOINT}")
        try:
            yield
        except BaseException:
            self._run(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
            self._run(f"RELEASE SAVEPOINT {_SAVEPOINT}")
            raise
        self._run(f"RELEASE SAVEPOINT {_SAVEPOINT}")

    def _run(
        self, statement: LiteralString, parameters: Mapping[str, Any] | None = None
    ) -> tuple[Any, ...] | None:
        connection = self._connection
        if isinstance(connection, AsyncConnection):
            from sqlalchemy.util import await_only

            return await_only(_run_async(connection, statement, parameters))
        with Cursor(connection, row_factory=tuple_row) as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone() if cursor.description else None


async def _run_async(
    connection: AsyncConnection[Any], statement: LiteralString, parameters: Any
) -> tuple[Any, ...] | None:
    async with AsyncCursor(connection, row_factory=tuple_row) as cursor:
        await cursor.execute(statement, parameters)
        return await cursor.fetchone() if cursor.description else None


def in_transaction_of(
    caller: "Caller | CallerTransaction", store: Callable[[CallerTransaction], R]
) -> R | Coroutine[Any, Any, R]:
    """Run `store` in the caller's transaction.

    Returns:
        What it returns; to be awaited with an `AsyncSession` or `AsyncConnection`.

    Raises:
        UnsupportedConfiguration: the caller is none of those that are known.
    """
    if isinstance(caller, CallerTransaction):
        return store(caller)
    if isinstance(caller, Connection):
        return store(ConnectionTransaction(caller))
    if isinstance(caller, AsyncConnection):
        from sqlalchemy.util import greenlet_spawn

        return greenlet_spawn(store, ConnectionTransaction(caller))
    if _is_async(caller):
        return caller.run_sync(lambda session: store(SessionTransaction(session)))
    if not hasattr(caller, "get_bind"):
        raise UnsupportedConfiguration(
            f"tasks are enqueued through a Session or AsyncSession of SQLAlchemy, or a Connection"
            f" or AsyncConnection of psycopg 3, not through a {type(caller).__name__}; in Django"
            " use task_ledger.django.enqueue(signature, …), which takes none"
        )
    return store(SessionTransaction(cast("Session", caller)))


def _is_async(caller: object) -> "TypeGuard[AsyncSession]":
    # An AsyncSession exists only where its module is loaded. Importing it here would double the
    # time that a process needs for `from task_ledger import enqueue`.
    module = sys.modules.get("sqlalchemy.ext.asyncio")
    return module is not None and isinstance(caller, module.AsyncSession)
