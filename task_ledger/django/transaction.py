"""The transaction of a body that uses Django's ORM; its end is recorded on the same connection."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, NoReturn
from uuid import UUID

import psycopg
import structlog
from django.db import Error as DjangoError
from django.db import connections, transaction
from psycopg.pq import TransactionStatus

from task_ledger.celery.run.body_transaction import ENDS_TRANSACTION, BodyTransaction
from task_ledger.django.caller import DjangoTransaction
from task_ledger.django.errors import driver_errors
from task_ledger.errors import (
    LedgerUnavailable,
    TransactionAborted,
    TransactionEscaped,
    UnsupportedConfiguration,
)
from task_ledger.eventlog.append import Append, accepted, result_from_text
from task_ledger.eventlog.database import query, translated
from task_ledger.eventlog.message import Message
from task_ledger.registration.psycopg_caller import ConnectionTransaction

log = structlog.get_logger(__name__)

_ADVICE: Final = (
    "a task's rows are committed with its `completed` event and not before, on Django's connection,"
    " which stays open until then; transaction.atomic() in the body is a savepoint"
)


class AutocommitTransaction(BodyTransaction):
    """For an untracked run: the body works as in any Celery worker with Django.

    Rows are committed as they are written, or by the body's own `atomic()`. Messages are stored in
    the outbox on the same connection; inside `atomic()` they are sent when it commits.
    """

    def __init__(self, alias: str, mark: UUID) -> None:
        super().__init__(mark)
        self._alias = alias

    @property
    def advice(self) -> str:
        """Advice to leave the connection alone."""
        return _ADVICE

    @property
    def connection(self) -> Any:
        """Django's connection of this thread."""
        return connections[self._alias]

    @property
    def session(self) -> NoReturn:
        """Refuse a session: Django's rows would not be part of its transaction."""
        raise UnsupportedConfiguration(
            "self.session is SQLAlchemy's, but this application's tasks use Django's ORM: use the "
            "models, which work in the task's transaction"
        )

    @property
    def driver(self) -> Any:
        """The psycopg connection beneath Django's."""
        return self.connection.connection

    @property
    def opened(self) -> bool:
        """False: the run has no transaction of its own."""
        return False

    @property
    def lost(self) -> bool:
        """False: everything written is already committed."""
        return False

    def is_of_database(self, error: BaseException) -> bool:
        """Whether an error is Django's or the driver's."""
        return isinstance(error, DjangoError | psycopg.Error)

    def reserve(self) -> None:
        """Do nothing: an untracked run claims nothing."""

    def release(self) -> None:
        """Do nothing: nothing was reserved."""

    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store an untracked message on Django's connection."""
        parameters = {"due_at": due_at, **message.parameters()}
        DjangoTransaction(self._alias).execute(query("send"), parameters)

    def flush(self) -> None:
        """Do nothing: Django writes immediately."""

    def escaped(self) -> bool:
        """False: there is no transaction to escape from."""
        return False

    def commit(self) -> None:
        """Do nothing: everything is already committed."""

    def rollback(self) -> None:
        """Do nothing: nothing can be rolled back."""

    def close(self) -> None:
        """Do nothing: Celery's Django fixup closes connections."""


class OrmTransaction(AutocommitTransaction):
    """For a tracked run: `atomic()` around the body, which only the ledger ends.

    It begins on the server with the body's first statement, which also sets the mark. A wrapper
    sees every statement sent through Django's cursors; it refuses those that would end the
    transaction, and all statements after it was ended.
    """

    def __init__(self, alias: str, mark: UUID) -> None:
        super().__init__(alias, mark)
        self._connection: Any = None
        self._driver: Any = None
        self._atomic: Any = None
        self._marked = False
        self._last_error: BaseException | None = None
        self._hooks: list[tuple[Any, Callable[[], Any], bool]] = []

    @property
    def driver(self) -> Any:
        """The psycopg connection that the transaction was opened on."""
        return self._driver

    @property
    def opened(self) -> bool:
        """Whether the body has used the connection in any way."""
        if self._atomic is None:
            return False
        idle = self._driver.info.transaction_status is TransactionStatus.IDLE
        return self._marked or not idle or self._is_left()

    @property
    def lost(self) -> bool:
        """Whether the connection broke; false if the body closed it."""
        if self._driver is None or (self._atomic is not None and self._is_left()):
            return False
        return self.is_gone(self._driver)

    @property
    def aborted(self) -> bool:
        """Whether the transaction is aborted; a savepoint may have undone the failed statement."""
        return self.opened and not self._driver.closed

    def release(self) -> None:
        """Close the connection; the next use opens a new one."""
        if self._atomic is None:
            with suppress(DjangoError, psycopg.Error):
                self.connection.close()

    def reserve(self) -> None:
        """Check that the connection works: a persistent one may have broken."""
        connection = self.connection
        try:
            with driver_errors():
                if connection.connection is not None and not connection.is_usable():
                    connection.close()
                connection.ensure_connection()
        except psycopg.Error as error:
            raise translated(error) or LedgerUnavailable(
                f"no connection for the task's body: {error}"
            ) from error

    def begin(self) -> None:
        """Open the transaction and watch the statements of Django's cursors."""
        self._connection = self.connection
        atomic: Any = transaction.atomic(using=self._alias)
        with driver_errors():
            atomic.__enter__()
        self._atomic = atomic
        self._driver = self._connection.connection
        self._connection.execute_wrappers.append(self._watch)

    def append(self, event: Append) -> None:
        """Append the run's end on Django's connection, bypassing its cursors."""
        row = ConnectionTransaction(self._driver).execute(query("append"), event.parameters())
        accepted(result_from_text(row[0]), event.task_id, str(event.data.type))

    def escaped(self) -> bool:
        """Whether the body has closed the connection, or ended the transaction."""
        if self._is_left():
            return True
        return self._marked and self.has_other_transaction(self._driver)

    def check_open(self) -> None:
        """Check as the base class does, and that every `atomic()` of the body has ended without
        asking for a rollback.

        Raises:
            TransactionEscaped: as in the base class, or a block was left open.
            TransactionAborted: the body caught an error that aborted the transaction, or one from
                an `atomic(savepoint=False)`; that error is the cause.
        """
        super().check_open()
        if self._atomic is None or self._driver.closed:
            return
        if self._connection.savepoint_ids:
            raise TransactionEscaped(
                "the body has left an atomic() block open, so it is unclear whether to commit its "
                "rows: enter it with `with transaction.atomic():`"
            )
        aborted = self._driver.info.transaction_status is TransactionStatus.INERROR
        if aborted or self._connection.needs_rollback:
            raise TransactionAborted(
                "the body returned, but its transaction can only be rolled back: it caught a "
                "database error outside an atomic() block of its own, or one that passed through "
                "atomic(savepoint=False), or called set_rollback(True); catch errors around `with "
                "transaction.atomic():`"
            ) from self._last_error

    def commit(self) -> None:
        """Commit rows and end. Hooks of `on_commit` are kept for `committed`."""
        self._hooks, self._connection.run_on_commit = self._connection.run_on_commit, []
        with driver_errors():
            self._exit()

    def committed(self) -> None:
        """Run the hooks of `on_commit`; one that raises is logged, and the others run."""
        if self._atomic is not None:
            self._hooks, self._connection.run_on_commit = self._connection.run_on_commit, []
            try:
                self._exit()
            except DjangoError as error:
                log.warning("rollback_failed", error=type(error).__name__)
        hooks, self._hooks = self._hooks, []
        for _, hook, _ in hooks:
            try:
                hook()
            except Exception as error:  # noqa: BLE001 (the task has completed, whatever they do)
                log.error(
                    "on_commit_failed",
                    hook=str(getattr(hook, "__qualname__", type(hook).__name__)),
                    error=type(error).__name__,
                )

    def rollback(self) -> None:
        """Roll back everything. Raises the driver's errors."""
        if self._atomic is None:
            return
        with driver_errors():
            if self._is_left():
                # Close it in any state; the next use opens a new one.
                self._connection.close()
            else:
                self._connection.savepoint_ids.clear()
                self._connection.needs_rollback = True
            self._exit()

    def close(self) -> None:
        """Roll back what is not committed; keep the connection for the next task."""
        with suppress(DjangoError, psycopg.Error):
            self.rollback()

    def _exit(self) -> None:
        atomic, self._atomic = self._atomic, None
        with suppress(ValueError):
            self._connection.execute_wrappers.remove(self._watch)
        if self._connection.in_atomic_block:
            atomic.__exit__(None, None, None)

    def _is_left(self) -> bool:
        """Whether Django's connection has left the block that was opened on it."""
        connection = self._connection
        return (
            connection is not connections[self._alias]
            or connection.connection is not self._driver
            or connection.closed_in_transaction
            or not connection.in_atomic_block
        )

    def _watch(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        if self._is_left() or (
            self._marked and self._driver.info.transaction_status is TransactionStatus.IDLE
        ):
            raise TransactionEscaped(
                f"the task's transaction was ended by something other than the ledger: {_ADVICE}"
            )
        if isinstance(sql, str) and ENDS_TRANSACTION.match(sql):
            raise TransactionEscaped(f"a task may not execute {sql[:40]!r}: {_ADVICE}")
        if not self._marked:
            with self._connection.wrap_database_errors:
                self.set_mark(self._driver)
            self._marked = True
        try:
            return execute(sql, params, many, context)
        except DjangoError as error:
            self._last_error = error
            raise
