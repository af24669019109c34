"""The database's clock, for times given in seconds from registration."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from task_ledger.eventlog.database import query
from task_ledger.registration.caller import CallerTransaction


class DatabaseClock:
    """Returns the database's time, which it queries once, in the caller's transaction."""

    def __init__(self, caller: CallerTransaction) -> None:
        self._caller = caller
        self._asked: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """The database's time, in UTC.

        Raises:
            LedgerUnavailable: the connection broke.
        """
        if self._asked is None:
            (epoch_s,) = self._caller.execute(query("now"), {})
            self._asked = datetime.fromtimestamp(epoch_s, UTC), monotonic()
        then, at = self._asked
        return then + timedelta(seconds=monotonic() - at)
