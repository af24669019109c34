"""Running one statement again and again on a connection, with less overhead than psycopg's cursor.

The cursor adapts arbitrary statements and parameters. Here the statement is prepared once on the
server and sent through `psycopg.pq`, psycopg's interface to libpq.
"""

import select
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Any, Final

from psycopg import Connection, OperationalError
from psycopg.errors import DuplicatePreparedStatement, error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from task_ledger.eventlog.answered import AnsweredConnection

_FAILED: Final = frozenset(
    {ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE, ExecStatus.NONFATAL_ERROR}
)


class PreparedStatement:
    """A statement on one psycopg connection, which still belongs to the caller.

    Args:
        connection: used by one thread at a time.
        name: of the prepared statement; the same name always means the same statement.
        statement: with parameters as `$1`, `$2` …
    """

    def __init__(self, connection: Connection[Any], name: bytes, statement: str) -> None:
        self._connection = connection
        self._name = name
        self._statement = statement.encode()
        self._prepared = False
        self._readable = select.poll()
        self._readable.register(connection.pgconn.socket, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(connection.pgconn.socket, select.POLLIN | select.POLLOUT)
        self._until = 0.0

    def run(self, texts: Sequence[bytes | None] = ()) -> PGresult:
        """Run it in one round trip, in the connection's open transaction or its own.

        Signal handlers run while the answer is awaited. If one raises, the connection is in the
        middle of a statement and must be closed.

        Args:
            texts: the parameters in PostgreSQL's text format.

        Returns:
            The result; the caller decodes its values.

        Raises:
            psycopg.Error: the server refused it, or the connection broke.
        """
        if not self._prepared:
            self._prepare()
        self._connection.pgconn.send_query_prepared(self._name, texts)
        return self._result()

    def _prepare(self) -> None:
        self._connection.pgconn.send_prepare(self._name, self._statement)
        # It already exists if it was prepared by another object, or if a time limit was hit right
        # after this.
        with suppress(DuplicatePreparedStatement):
            self._result()
        self._prepared = True

    def _result(self) -> PGresult:
        """Flush the connection and wait for the statement's result."""
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
            raise error_from_result(answer, self._connection.info.encoding)
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
