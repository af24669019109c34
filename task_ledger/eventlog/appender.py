"""Appending repeatedly on one connection, with less overhead than `append.append`.

psycopg's cursor adapts arbitrary statements and parameters. An event always has the same eleven
parameters, so here they are sent to a statement prepared once on the server, through `psycopg.pq`,
psycopg's interface to libpq.
"""

import select
from collections.abc import Callable
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Any, Final

from psycopg import Connection, OperationalError
from psycopg.errors import DuplicatePreparedStatement, error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.answered import AnsweredConnection
from task_ledger.eventlog.append import Append, accepted
from task_ledger.eventlog.append_result import AppendResult, result_from_text
from task_ledger.eventlog.database import ledger_errors, query

_NAME: Final = b"task_ledger_append"

_FAILED: Final = frozenset(
    {ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE, ExecStatus.NONFATAL_ERROR}
)


class Appender:
    """Appends events on one psycopg connection, which still belongs to the caller.

    Args:
        connection: on autocommit, each event is its own transaction; otherwise the event is part of
            the open transaction. Used by one thread at a time.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._encoding = connection.info.encoding
        self._prepared = False
        self._readable = select.poll()
        self._readable.register(connection.pgconn.socket, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(connection.pgconn.socket, select.POLLIN | select.POLLOUT)
        self._until = 0.0

    @property
    def connection(self) -> Connection[Any]:
        """The connection."""
        return self._connection

    def append(self, event: Append) -> AppendResult:
        """Append one event of an attempt in one round trip, with the same guarantees as
        `append.append`.

        Signal handlers run while the answer is awaited. If one raises, the connection is in the
        middle of a statement and must be closed.

        Raises:
            Fenced, IllegalTransition, Cancelled, NotDue, Exhausted, UnknownTask: nothing was
                stored; the exception says why.
            InvalidEvent, TooLarge, LedgerBusy, LedgerUnavailable, NotPermitted, WrongIsolation: as
                in `task_ledger.eventlog.append`.
        """
        texts = _texts(event, self._encoding)
        with ledger_errors():
            if not self._prepared:
                self._prepare(event)
            self._connection.pgconn.send_query_prepared(_NAME, texts)
            text = self._result().get_value(0, 0)
        if text is None:
            raise AssertionError("task_ledger.append answers every call")
        return accepted(result_from_text(text.decode()), event.task_id, str(event.data.type))

    def _prepare(self, event: Append) -> None:
        numbers = {name: f"${number}" for number, name in enumerate(event.parameters(), start=1)}
        self._connection.pgconn.send_prepare(_NAME, (query("append") % numbers).encode())
        # It already exists if another appender prepared it, or if a time limit was hit right after
        # this.
        with suppress(DuplicatePreparedStatement):
            self._result()
        self._prepared = True

    def _result(self) -> PGresult:
        """Flush the connection and wait for the statement's result.

        Raises:
            psycopg.Error: the server refused it, or the connection broke.
        """
        pgconn = self._connection.pgconn
        self._until = monotonic() + self._answer_s()
        while pgconn.flush():
            self._wait(self._writable.poll)
            pgconn.consume_input()
        answer: PGresult | None = None
        while True:
            while pgconn.is_busy():
                # Wait outside libpq, in which no signal handler would run, including those of time
                # limits.
                self._wait(self._readable.poll)
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:
                break
            answer = result
        if answer is None:
            raise AssertionError("libpq answers every statement")
        if answer.status in _FAILED:
            raise error_from_result(answer, self._encoding)
        return answer

    def _answer_s(self) -> float:
        # Read each time, because it may change, and a plain psycopg connection lacks it.
        connection = self._connection
        return connection.answer_s if isinstance(connection, AnsweredConnection) else inf

    def _wait(self, poll: Callable[[float | None], object]) -> None:
        """Wait for the socket, at most for the total time that `AnsweredConnection` allows."""
        left_s = self._until - monotonic()
        if left_s == inf:
            poll(None)
        elif left_s > 0:
            poll(left_s * 1000)
        else:
            # Otherwise a late answer would be taken for the next statement's.
            self._connection.pgconn.finish()
            raise OperationalError(f"the server has not answered for {self._answer_s():g} s")


def _texts(event: Append, encoding: str) -> list[bytes | None]:
    """The arguments of `task_ledger.append` in PostgreSQL's text format, in the order of
    `parameters`.

    Raises:
        InvalidEvent: a text contains NUL, at which libpq would cut it, or characters that the
            encoding lacks.
    """
    texts: list[bytes | None] = []
    for name, value in event.parameters().items():
        try:
            text = None if value is None else str(value).encode(encoding)
        except UnicodeEncodeError as error:
            raise InvalidEvent(f"an event's {name} cannot be stored: {error}") from error
        if text is not None and b"\0" in text:
            raise InvalidEvent(f"an event's {name} must not contain NUL (0x00)")
        texts.append(text)
    return texts
