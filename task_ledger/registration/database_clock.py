"""The database's time, for what is counted in seconds from a registration on."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from task_ledger.eventlog.database import query, sqlalchemy_errors

if TYPE_CHECKING:
    from sqlalchemy import Connection


class DatabaseClock:
    """Tells the database's time; asks for it once, in the connection's transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._asked: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """The database's time.

        Raises:
            LedgerUnavailable: the connection broke.
        """
        if self._asked is None:
            with sqlalchemy_errors():
                now: datetime = self._connection.exec_driver_sql(query("now")).scalar_one()
            self._asked = now, monotonic()
        then, at = self._asked
        return then + timedelta(seconds=monotonic() - at)
