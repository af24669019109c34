"""The database's time, for what is counted in seconds from a registration on."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from task_ledger.eventlog.database import query
from task_ledger.registration.caller import CallerTransaction


class DatabaseClock:
    """Tells the database's time; asks for it once, in the caller's transaction."""

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
