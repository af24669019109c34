"""Registering tasks in the transaction of a psycopg connection."""

from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final, LiteralString, TypeVar

from psycopg import AsyncConnection, AsyncCursor, Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from task_ledger.errors import WrongIsolation
from task_ledger.eventlog.database import ledger_errors
from task_ledger.registration.caller import CallerTransaction

R = TypeVar("R")

_SAVEPOINT: Final = "task_ledger_enqueue"


class ConnectionTransaction(CallerTransaction):
    """The transaction of a psycopg connection, with any cursor and row factory.

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
                "the connection is in autocommit, so its registrations would stay after an error:"
                " enqueue within `with connection.transaction():`, or connect with"
                " autocommit=False"
            )

    def execute(self, statement: LiteralString, parameters: Mapping[str, Any]) -> Any:
        """Run one statement on the connection."""
        with ledger_errors():
            return self._run(statement, parameters)

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """A savepoint. Not `connection.transaction()`, which commits if no transaction was
        begun."""
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


def in_transaction_of_connection(
    connection: Connection[Any] | AsyncConnection[Any], store: Callable[[CallerTransaction], R]
) -> R | Coroutine[Any, Any, R]:
    """Like `in_transaction_of`, for a psycopg connection."""
    if isinstance(connection, Connection):
        return store(ConnectionTransaction(connection))
    from sqlalchemy.util import greenlet_spawn

    return greenlet_spawn(store, ConnectionTransaction(connection))
