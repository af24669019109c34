"""Connections with a client-side timeout, for a database that does not respond.

If a server is frozen (a paused container, a stopped process, hanging storage), its kernel still
acknowledges every packet. Neither keepalives nor `tcp_user_timeout` then end a wait, and the server
does not check `statement_timeout`. Only the client's own clock helps.

A statement that was sent may still be executed when the server continues: the caller sees a
connection that broke before the answer.
"""

from time import monotonic
from typing import Any, Final

from psycopg import AsyncConnection, Connection, OperationalError
from psycopg.abc import RV, PQGen
from psycopg.errors import ConnectionTimeout
from psycopg.pq import TransactionStatus

ANSWER_S: Final = 35.0
"""Seconds to wait for an answer: longer than the 30 s of a request's `statement_timeout` and than
the ledger's functions wait for locks."""

CHECK_S: Final = 3.0
"""The same for the statement with which the pool checks a connection."""

PING_S: Final = 10
"""Seconds that a server may take to answer a new connection before it counts as frozen."""

_INTERVAL_S: Final = 0.1


class AnsweredConnection(Connection[Any]):
    """A connection that is closed if a statement takes longer than `answer_s` seconds.

    The statement raises OperationalError without a SQLSTATE, as for an unreachable database.
    Waiting with an explicit timeout, as for notifications, does not close it.
    """

    answer_s: float = ANSWER_S

    def wait(
        self, gen: PQGen[RV], interval: float = _INTERVAL_S, timeout: float | None = None
    ) -> RV:
        """As psycopg's, for at most `answer_s`."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.answer_s)
        except OperationalError as error:
            _close_if_waiting(self, self.answer_s, error)
            raise


class PingedConnection(Connection[Any]):
    """A connection whose statements may take any time, as long as the server accepts connections.

    If a statement is not answered for `ping_after_s` seconds, the connection pings the server, and
    again after each such interval. If the server does not answer within `PING_S`, the connection is
    closed and the statement raises OperationalError without a SQLSTATE, as for an unreachable
    database.

    Do not use it for a pooler's address, which answers while its server is frozen.
    """

    ping_after_s: float = ANSWER_S

    def wait(
        self, gen: PQGen[RV], interval: float = _INTERVAL_S, timeout: float | None = None
    ) -> RV:
        """As psycopg's, but raise if the server is frozen."""
        return super().wait(self._pinging(gen), interval, timeout)

    def _pinging(self, gen: PQGen[RV]) -> PQGen[RV]:
        quiet_since = monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    quiet_since = monotonic()
                elif monotonic() - quiet_since >= self.ping_after_s:
                    self._ping()
                    quiet_since = monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _ping(self) -> None:
        info = self.info
        try:
            # No password is needed: a server that refuses is not frozen.
            Connection.connect(
                host=info.host,
                hostaddr=info.hostaddr,
                port=info.port,
                user=info.user,
                dbname=info.dbname,
                connect_timeout=PING_S,
            ).close()
        except ConnectionTimeout as error:
            self.pgconn.finish()
            raise OperationalError(
                f"the server has not answered for {self.ping_after_s:g} s and accepts no connection"
            ) from error
        except OperationalError:
            return


class AnsweredAsyncConnection(AsyncConnection[Any]):
    """As `AnsweredConnection`."""

    answer_s: float = ANSWER_S

    async def wait(
        self, gen: PQGen[RV], interval: float = _INTERVAL_S, timeout: float | None = None
    ) -> RV:
        """As psycopg's, for at most `answer_s`."""
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, self.answer_s)
        except OperationalError as error:
            _close_if_waiting(self, self.answer_s, error)
            raise


def connect_answered(url: str, answer_s: float = ANSWER_S, **parameters: Any) -> AnsweredConnection:
    """Open a connection in autocommit mode that waits at most `answer_s` seconds for an answer.

    Args:
        url: a libpq address.
        parameters: passed to libpq; see `task_ledger.eventlog.database.session`.

    Raises:
        psycopg.OperationalError: the database cannot be reached.
    """
    connection: AnsweredConnection = AnsweredConnection.connect(url, autocommit=True, **parameters)
    connection.answer_s = answer_s
    return connection


def check(connection: AnsweredConnection) -> None:
    """Check that a pool's connection, which is on autocommit, still works.

    Raises:
        psycopg.Error: it does not work, or does not respond within `CHECK_S`.
    """
    before, connection.answer_s = connection.answer_s, CHECK_S
    try:
        connection.execute("")
    finally:
        connection.answer_s = before


def _close_if_waiting(
    connection: Connection[Any] | AsyncConnection[Any], answer_s: float, error: OperationalError
) -> None:
    # Otherwise a late answer would be taken for the next statement's.
    if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
        connection.pgconn.finish()
        raise OperationalError(f"the server has not answered for {answer_s:g} s") from error
