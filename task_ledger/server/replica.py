"""A read replica: how far it is behind the primary, and whether it may answer."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from time import monotonic
from typing import Any, Final

import anyio
import psycopg
import structlog
from anyio import CapacityLimiter, to_thread
from psycopg_pool import ConnectionPool

from task_ledger.errors import LedgerError
from task_ledger.eventlog.answered import CHECK_S, AnsweredConnection
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.server import PACKAGE

EVERY_S: Final = 1.0
"""How often the positions of both servers are compared."""

AGAIN_S: Final = 5.0
"""How long a replica is passed over after a read from it failed."""

CONNECT_S: Final = 1.0
"""How long a read waits for a connection to the replica before the primary answers it."""

_SAMPLES: Final = 600

_log: Final = structlog.get_logger()


class ReplicaConnection(AnsweredConnection):
    """A connection for reads from a replica, which the primary answers if it takes too long."""

    answer_s = 10.0


class ProbeConnection(AnsweredConnection):
    """A connection that only asks for a position."""

    answer_s = CHECK_S


class NoReplica(LedgerError):
    """The address is not that of a replica of the primary's database."""


class Replica:
    """What is known of a replica, compared with the primary once per second by `run`.

    A replica has everything that was committed before the moment at which the primary's write-ahead
    log was as long as what the replica has replayed. How far it is behind is the time since then;
    it never appears less far behind than it is.

    Args:
        primary: connections to the primary.
        pool: connections to the replica, for reads.
        probe: opens a connection to the replica for comparing positions.
        max_lag_s: the replica is passed over while it is further behind than that.
    """

    def __init__(
        self,
        primary: ConnectionPool[psycopg.Connection[Any]],
        pool: ConnectionPool[psycopg.Connection[Any]],
        probe: Callable[[], psycopg.Connection[Any]],
        max_lag_s: float,
    ) -> None:
        self.pool = pool
        self._primary = primary
        self._probe = probe
        self._max_lag_s = max_lag_s
        self._limiter = CapacityLimiter(1)
        self._probing: psycopg.Connection[Any] | None = None
        self._positions: deque[tuple[float, Decimal]] = deque(maxlen=_SAMPLES)
        self._complete_until: float | None = None
        self._away_until = 0.0
        self._used: bool | None = None

    def behind_s(self) -> float | None:
        """Seconds that an answer may be behind the primary; None if the primary is to answer."""
        now = monotonic()
        if self._complete_until is None or now < self._away_until:
            return None
        behind = now - self._complete_until
        return behind if behind <= self._max_lag_s else None

    def pass_over(self) -> None:
        """Leave reads to the primary for a while, because one failed here."""
        self._away_until = monotonic() + AGAIN_S

    async def run(self) -> None:
        """Compare positions until cancelled."""
        try:
            while True:
                await to_thread.run_sync(self._compare, limiter=self._limiter)
                await anyio.sleep(EVERY_S)
        finally:
            if self._probing is not None:
                self._probing.close()

    def _compare(self) -> None:
        reason = "behind"
        try:
            with ledger_errors():
                self._ask()
        except (LedgerError, psycopg.Error) as error:
            reason = type(error).__name__
            if self._probing is not None:
                self._probing.close()
                self._probing = None
            self.pass_over()
        used = self.behind_s() is not None
        if used != self._used:
            self._used = used
            if used:
                _log.info("replica_used")
            else:
                _log.warning("replica_passed_over", reason=reason)

    def _ask(self) -> None:
        at = monotonic()
        with self._primary.connection(CHECK_S) as connection:
            written, now, epoch = _row(connection, "primary_position")
        if self._probing is None:
            self._probing = self._probe()
        replayed, last_commit, its_epoch = _row(self._probing, "replica_position")
        if replayed is None:
            raise NoReplica("the replica's address is that of a server that takes writes")
        if its_epoch != epoch:
            raise NoReplica("the replica's address is that of another database")
        self._positions.append((at, written))
        self._advance(replayed, at, now, last_commit)

    def _advance(
        self, replayed: Decimal, at: float, now: datetime, last_commit: datetime | None
    ) -> None:
        while self._positions and self._positions[0][1] <= replayed:
            self._complete_until, _ = self._positions.popleft()
        if last_commit is not None:
            # After a time without samples, this says more: commits are replayed in their order.
            known = at - max((now - last_commit).total_seconds(), 0.0)
            self._complete_until = max(self._complete_until or known, known)


def _row(connection: psycopg.Connection[Any], name: str) -> tuple[Any, ...]:
    row = connection.execute(query(name, PACKAGE)).fetchone()
    if row is None:
        raise LedgerError(f"the database did not answer {name}")
    return row
