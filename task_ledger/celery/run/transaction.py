"""The body's SQLAlchemy session, in a transaction that only the ledger ends."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection as PsycopgConnection
from psycopg import Error as DriverError
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from task_ledger.celery.run.body_transaction import ENDS_TRANSACTION, BodyTransaction
from task_ledger.errors import LedgerUnavailable, TransactionEscaped
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.database import query, sqlalchemy_errors, translated
from task_ledger.eventlog.message import Message

_ADVICE: Final = (
    "a task's rows are committed with its `completed` event and not before;"
    " use self.session, whose commit() and rollback() stay inside the task"
)


class SqlalchemyTransaction(BodyTransaction):
    """One transaction for the domain rows of one run, opened at the first use of `session`.

    The session works in savepoints of it (`join_transaction_mode="create_savepoint"`), so a stray
    `session.commit()` ends a savepoint and commits nothing. Statements that would end the
    transaction are refused, and `escaped` detects an end that happened anyway.

    Args:
        connections: where the connection comes from when the transaction is opened.
        mark: identifies this transaction.
    """

    def __init__(self, connections: Callable[[], Connections], mark: UUID) -> None:
        super().__init__(mark)
        self._connections = connections
        self._reserved: Connection | None = None
        self._connection: Connection | None = None
        self._session: Session | None = None
        self._ending = False
        self._ended = False
        self._unreachable = False

    @property
    def advice(self) -> str:
        """Advice to use the session."""
        return _ADVICE

    @property
    def lost(self) -> bool:
        """Whether the database could not be reached, or the connection broke before its end."""
        connection = self._connection
        if connection is None or connection.closed:
            return self._unreachable
        return connection.invalidated or self.is_gone(self.driver)

    @property
    def opened(self) -> bool:
        """Whether the session has been used."""
        return self._connection is not None

    @property
    def session(self) -> Session:
        """The body's session; the same one for the whole run."""
        if self._session is None:
            self._session = Session(
                bind=self._open(), join_transaction_mode="create_savepoint", autobegin=True
            )
        return self._session

    @property
    def driver(self) -> PsycopgConnection[Any]:
        """The psycopg connection beneath, for the ledger's own statements."""
        connection: Any = self._open().connection.driver_connection
        return connection

    def reserve(self) -> None:
        """Take the connection for the body out of the pool, without a transaction on it yet.

        A claimed attempt then has its connection even if the server runs out of connections.

        Raises:
            LedgerUnavailable: no connection is available.
        """
        if self._reserved is not None or self._connection is not None:
            return
        try:
            self._reserved = self._connections().engine.connect()
        except PoolTimeout as error:
            raise LedgerUnavailable(
                f"the pool has no connection for the task's body: {error}"
            ) from error
        except DBAPIError as error:
            known = translated(error.orig) if isinstance(error.orig, DriverError) else None
            if known is None:
                raise
            raise known from error

    def release(self) -> None:
        """Release a reserved connection on which no transaction was begun."""
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None

    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store an untracked message, which is sent after the commit or never."""
        parameters = {"due_at": due_at, **message.parameters()}
        with sqlalchemy_errors():
            self.session.connection().exec_driver_sql(query("send"), parameters)

    def flush(self) -> None:
        """Write the session's pending rows into the transaction, ready to be committed."""
        if self._session is not None:
            self._session.commit()
            self._session.close()

    def escaped(self) -> bool:
        """Whether the body has ended the transaction that was opened for it.

        An aborted transaction is still open.

        Raises:
            LedgerUnavailable: the connection broke, and undid everything.
        """
        connection = self._connection
        if self._ended or connection is None or connection.closed or connection.invalidated:
            return False
        return self.has_other_transaction(self.driver)

    def commit(self) -> None:
        """Commit. If this raises an error of the driver, the outcome is unknown."""
        if self._connection is not None:
            with self._may_end():
                self._connection.commit()

    def rollback(self) -> None:
        """Roll back and release the connection."""
        if self._session is not None:
            self._session.close()
        if self._connection is not None:
            with self._may_end():
                if self._connection.invalidated or self._connection.closed:
                    return
                self._connection.rollback()

    def close(self) -> None:
        """Return the connection to the pool, rolling back what is not committed."""
        self.release()
        if self._connection is not None:
            with self._may_end():
                self._connection.close()

    def _open(self) -> Connection:
        if self._connection is None:
            connection = self._begin()
            event.listen(connection, "commit", self._refuse)
            event.listen(connection, "rollback", self._refuse)
            event.listen(connection, "before_cursor_execute", self._refuse_statement)
            self._connection = connection
        return self._connection

    def _begin(self) -> Connection:
        try:
            with ExitStack() as undone:
                reserved, self._reserved = self._reserved, None
                connection = undone.enter_context(reserved or self._connections().engine.connect())
                connection.begin()
                connection.exec_driver_sql(
                    "SELECT set_config('task_ledger.mark', %(mark)s, true)", {"mark": self._mark}
                )
                undone.pop_all()
                return connection
        except DBAPIError as error:
            known = translated(error.orig) if isinstance(error.orig, DriverError) else None
            self._unreachable = isinstance(known, LedgerUnavailable)
            raise

    @contextmanager
    def _may_end(self) -> Generator[None]:
        self._ending = True
        self._ended = True
        try:
            yield
        finally:
            self._ending = False

    def _refuse(self, _connection: Connection) -> None:
        if not self._ending:
            raise TransactionEscaped(f"a task may not end its transaction itself: {_ADVICE}")

    def _refuse_statement(
        self,
        _connection: Connection,
        _cursor: object,
        statement: str,
        *_rest: object,
    ) -> None:
        if not self._ending and ENDS_TRANSACTION.match(statement):
            raise TransactionEscaped(f"a task may not execute {statement[:40]!r}: {_ADVICE}")
