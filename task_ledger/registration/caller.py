"""The caller's transaction, in which tasks are registered, for each kind of connection."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, LiteralString, TypeGuard, TypeVar, cast

from task_ledger.errors import UnsupportedConfiguration
from task_ledger.eventlog.database import sqlalchemy_errors
from task_ledger.registration.session import check_session

if TYPE_CHECKING:
    from psycopg import AsyncConnection, Connection
    from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
    from sqlalchemy.orm import Session, scoped_session

    Scoped = scoped_session[Any] | async_scoped_session[Any]
    Caller = Session | AsyncSession | Connection[Any] | AsyncConnection[Any] | Scoped
    """The sessions and connections that `enqueue` accepts."""

R = TypeVar("R")


class CallerTransaction(ABC):
    """A transaction that the caller ends."""

    @property
    def info(self) -> Mapping[Any, Any]:
        """The connection's `info`, such as a test's observer; empty by default."""
        return {}

    @abstractmethod
    def check(self) -> None:
        """Refuse a transaction in which tasks cannot be registered safely.

        May begin the transaction; sends no statement.

        Raises:
            UnsupportedConfiguration: the driver is not psycopg 3.
            WrongIsolation: the connection is on autocommit.
        """

    @abstractmethod
    def execute(self, statement: LiteralString, parameters: Mapping[str, Any]) -> Any:
        """Run one statement in the transaction and return its first row, or None.

        Args:
            parameters: as psycopg takes them, in the form `%(name)s`.

        Raises:
            LedgerError: the translated database error; the transaction must be rolled back.
        """

    @abstractmethod
    def savepoint(self) -> AbstractContextManager[Any]:
        """A savepoint: an error inside the block rolls back to it, and the transaction stays
        usable."""


class SessionTransaction(CallerTransaction):
    """The transaction of an SQLAlchemy session, or of the one inside an `AsyncSession`."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    @property
    def info(self) -> Mapping[Any, Any]:
        """The `info` of SQLAlchemy's connection."""
        return self._session.connection().info

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


def in_transaction_of(
    caller: "Caller | CallerTransaction", store: Callable[[CallerTransaction], R]
) -> R | Coroutine[Any, Any, R]:
    """Run `store` in the caller's transaction.

    Returns:
        What `store` returns; an awaitable for an `AsyncSession` or `AsyncConnection`.

    Raises:
        UnsupportedConfiguration: the caller is not a supported session or connection.
    """
    if isinstance(caller, CallerTransaction):
        return store(caller)
    if _is_scoped(caller):
        return in_transaction_of(caller(), store)
    if _is_of_psycopg(caller):
        from task_ledger.registration.psycopg_caller import in_transaction_of_connection

        return in_transaction_of_connection(caller, store)
    if _is_async(caller):
        return caller.run_sync(lambda session: store(SessionTransaction(session)))
    if not hasattr(caller, "get_bind"):
        raise UnsupportedConfiguration(
            f"tasks are enqueued through a Session or AsyncSession of SQLAlchemy, or a Connection"
            f" or AsyncConnection of psycopg 3, not through a {type(caller).__name__}; in Django"
            " use task_ledger.django.enqueue(signature, …), which takes none"
        )
    return store(SessionTransaction(cast("Session", caller)))


def _is_of_psycopg(caller: object) -> "TypeGuard[Connection[Any] | AsyncConnection[Any]]":
    # A psycopg connection can only exist if its module is loaded; a web process may not have it.
    module = sys.modules.get("psycopg")
    return module is not None and isinstance(caller, module.Connection | module.AsyncConnection)


def _is_scoped(caller: object) -> "TypeGuard[Scoped]":
    # As below: neither exists where its module is not loaded.
    scopes = (
        getattr(sys.modules.get("sqlalchemy.orm"), "scoped_session", None),
        getattr(sys.modules.get("sqlalchemy.ext.asyncio"), "async_scoped_session", None),
    )
    return any(scope is not None and isinstance(caller, scope) for scope in scopes)


def _is_async(caller: object) -> "TypeGuard[AsyncSession]":
    # An AsyncSession can only exist if its module is loaded. Importing it here would double the
    # time of `from task_ledger import enqueue`.
    module = sys.modules.get("sqlalchemy.ext.asyncio")
    return module is not None and isinstance(caller, module.AsyncSession)
