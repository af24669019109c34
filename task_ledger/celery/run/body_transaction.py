"""The transaction for a run's rows, which only the ledger commits or rolls back. Base class for
SQLAlchemy's and Django's."""

import re
from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection as PsycopgConnection
from psycopg import Error as DriverError
from psycopg.pq import TransactionStatus
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from task_ledger.errors import LedgerError, LedgerUnavailable, TransactionEscaped
from task_ledger.eventlog.append import Append
from task_ledger.eventlog.append import append as append_over
from task_ledger.eventlog.database import ledger_errors, translated
from task_ledger.eventlog.message import Message

ENDS_TRANSACTION: Final = re.compile(
    r"(?:\s|;|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*"
    r"(?:commit|end|abort|begin|start\s+transaction|prepare\s+transaction"
    r"|rollback(?!\s+(?:work\s+|transaction\s+)?to\b))\b",
    re.IGNORECASE | re.DOTALL,
)
"""A statement that ends a transaction, or begins one."""


class BodyTransaction(ABC):
    """One transaction for the rows and the end of one run.

    Args:
        mark: a value set on the server for as long as the transaction is open; `escaped` checks it.
    """

    def __init__(self, mark: UUID) -> None:
        self._mark = str(mark)
        self._last_words: DriverError | None = None

    @abstractmethod
    def reserve(self) -> None:
        """Reserve the body's connection, without beginning a transaction on it.

        A claimed attempt then has its connection even if the server runs out of connections.

        Raises:
            LedgerUnavailable: no connection is available.
        """

    @abstractmethod
    def release(self) -> None:
        """Release a reserved connection on which no transaction was begun."""

    def begin(self) -> None:  # noqa: B027 (a session begins by itself)
        """Make everything that the body writes from now on part of the transaction."""

    @property
    @abstractmethod
    def lost(self) -> bool:
        """Whether the database could not be reached, or the connection broke before its end.

        Asks the server, because the client may not know yet that the session was ended.
        """

    @property
    def aborted(self) -> bool:
        """Whether a statement of the transaction has failed, and with it the transaction."""
        return (
            self.opened
            and not self.driver.closed
            and self.driver.info.transaction_status is TransactionStatus.INERROR
        )

    @property
    def last_words(self) -> DriverError | None:
        """The server's last error, if `lost` found the session ended; otherwise None."""
        return self._last_words

    @property
    @abstractmethod
    def opened(self) -> bool:
        """Whether the body may have written rows, so that the run's end must be committed with
        them."""

    @property
    @abstractmethod
    def session(self) -> Session:
        """The body's session; the same one for the whole run."""

    @property
    @abstractmethod
    def driver(self) -> PsycopgConnection[Any]:
        """The psycopg connection beneath, for the ledger's own statements."""

    def is_of_database(self, error: BaseException) -> bool:
        """Whether an error comes from a database, not necessarily this one."""
        return isinstance(error, SQLAlchemyError | DriverError)

    @abstractmethod
    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store an untracked message, which is sent after the commit or never."""

    def append(self, event: Append) -> None:
        """Append the run's end in the transaction; raises what `eventlog.append.append` raises."""
        append_over(self.driver, event)

    @abstractmethod
    def flush(self) -> None:
        """Write what is pending into the transaction, ready to be committed."""

    @abstractmethod
    def escaped(self) -> bool:
        """Whether the body has ended the transaction that was opened for it.

        An aborted transaction is still open.

        Raises:
            LedgerUnavailable: the connection broke, and undid everything.
        """

    @abstractmethod
    def commit(self) -> None:
        """Commit. If this raises an error of the driver or SQLAlchemy, the outcome is unknown."""

    def committed(self) -> None:  # noqa: B027 (nothing waits for a session's commit)
        """Run what was deferred until after the commit. Raises nothing."""

    @abstractmethod
    def rollback(self) -> None:
        """Roll back and release the connection."""

    @abstractmethod
    def close(self) -> None:
        """Release the connection, rolling back what is not committed."""

    @property
    @abstractmethod
    def advice(self) -> str:
        """Advice for error messages: what to do instead of ending the transaction."""

    def explain(self, error: Exception) -> Exception:
        """The error to report for a body that raised `error`: the escape, if there was one.

        A body whose transaction is gone fails with errors that do not name the cause.
        """
        try:
            self.check_not_left()
        except TransactionEscaped as escaped:
            escaped.__cause__ = error
            return escaped
        except (SQLAlchemyError, DriverError, LedgerError):
            return error
        return error

    def check_open(self) -> None:
        """Check that the open transaction is the one that was opened, and can be committed.

        Raises:
            TransactionEscaped: it was ended beneath the body.
            LedgerUnavailable: the connection broke, and undid everything.
        """
        self.check_not_left()

    def check_not_left(self) -> None:
        """Check that the body has not left the transaction; raises as `check_open`."""
        if self.opened and self.escaped():
            raise TransactionEscaped(
                "the task's transaction was ended by something other than the ledger:"
                f" {self.advice}"
            )

    def is_gone(self, driver: PsycopgConnection[Any]) -> bool:
        """Whether a connection is closed, or its server has ended the session."""
        if driver.closed:
            return True
        if driver.info.transaction_status is TransactionStatus.ACTIVE:
            return False
        try:
            driver.execute("SELECT")
        except DriverError as error:
            self._last_words = error
            return driver.closed or isinstance(translated(error), LedgerUnavailable)
        return False

    def has_other_transaction(self, driver: PsycopgConnection[Any]) -> bool:
        """Whether a connection is not in the transaction that has the mark."""
        status = driver.info.transaction_status
        if status is not TransactionStatus.INTRANS:
            return status is TransactionStatus.IDLE
        with ledger_errors():
            row = driver.execute(
                "SELECT current_setting('task_ledger.mark', true)::text"
            ).fetchone()
        return row is None or row[0] != self._mark

    def set_mark(self, driver: PsycopgConnection[Any]) -> None:
        """Mark the connection's transaction; begins it."""
        driver.execute(
            "SELECT set_config('task_ledger.mark', %(mark)s, true)", {"mark": self._mark}
        )
