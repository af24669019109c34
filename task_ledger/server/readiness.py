"""Checks whether the database and the broker can be reached, at most once per second for all
requests."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import anyio
import psycopg
import structlog
from anyio import CapacityLimiter, to_thread
from psycopg_pool import ConnectionPool

from task_ledger.errors import SchemaMismatch
from task_ledger.eventlog.database import ledger_errors
from task_ledger.eventlog.lag import Lag, read_lag
from task_ledger.eventlog.schema_revision import check_schema
from task_ledger.eventlog.stuck import read_undispatched
from task_ledger.ops.broker import reach

TIMEOUT_S: Final = 2
KEEP_S: Final = 1.0

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class State:
    """The result of a check.

    Attributes:
        lag: None if the database is unreachable.
        undispatched: number of due messages that are not published, and the age of the oldest in
            seconds; None if the database is unreachable.
        mismatch: why this release does not work with the database's schema; empty if it does.
    """

    broker: bool
    lag: Lag | None
    undispatched: tuple[int, float] | None
    mismatch: str = ""

    @property
    def database(self) -> bool:
        """Whether the database answered."""
        return self.lag is not None or bool(self.mismatch)

    @property
    def schema_matches(self) -> bool | None:
        """Whether this release works with the database's schema; None if that is unknown."""
        return not self.mismatch if self.database else None

    @property
    def ready(self) -> bool:
        """Whether both are reachable and lists can follow the log."""
        return self.lag is not None and not self.lag.stopped and self.broker


class Readiness:
    """The cached state, checked again if it is older than one second."""

    def __init__(
        self, pool: ConnectionPool[psycopg.Connection[Any]], broker: Callable[[], str]
    ) -> None:
        self._pool = pool
        self._broker = broker
        self._limiter = CapacityLimiter(2)
        self._lock = anyio.Lock()
        self._state: State | None = None
        self._looked_at = 0.0

    async def state(self) -> State:
        """The state, at most one second old."""
        async with self._lock:
            if self._state is None or time.monotonic() - self._looked_at > KEEP_S:
                self._state = await self._look()
                self._looked_at = time.monotonic()
            return self._state

    async def _look(self) -> State:
        found: dict[str, Any] = {"broker": False, "database": (None, None, "")}

        async def ask(name: str, question: Callable[[], Any]) -> None:
            try:
                found[name] = await to_thread.run_sync(question, limiter=self._limiter)
            except Exception as error:  # noqa: BLE001 (whatever keeps it from answering)
                _log.warning("not_ready", part=name, error=type(error).__name__)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, "broker", self._ask_broker)
            tasks.start_soon(ask, "database", self._ask_database)
        return State(found["broker"], *found["database"])

    def _ask_broker(self) -> bool:
        reach(self._broker(), TIMEOUT_S).close()
        return True

    def _ask_database(self) -> tuple[Lag | None, tuple[int, float] | None, str]:
        with ledger_errors(), self._pool.connection(TIMEOUT_S) as connection:
            try:
                check_schema(connection)
            except SchemaMismatch as error:
                if self._state is None or not self._state.mismatch:
                    _log.error("schema_mismatch", error=str(error))
                return None, None, str(error)
            return read_lag(connection), read_undispatched(connection), ""
