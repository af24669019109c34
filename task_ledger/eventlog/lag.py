"""How far the projector is behind the log, in events and in seconds."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query

LOOK: Final = 1000
"""Maximum number of events counted in each shard."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the read model is behind the log, in one snapshot.

    Attributes:
        events: number of committed events that are not folded yet; at most `LOOK` are counted in
            each shard.
        oldest_s: seconds since the oldest of them was recorded; 0.0 if there is none. The time
            counts from the write, even if the writer committed later.
        quarantined: number of tasks that cannot be folded; their records are not updated until that
            is repaired, and their events do not count as lag.
        stopped: whether a feed's sequence went back. The projector then folds nothing until that is
            repaired, and that feed's events do not count as lag.
    """

    events: int
    oldest_s: float
    quarantined: int
    stopped: bool = False


def read_lag(connection: Connection[Any]) -> Lag:
    """The current lag. Runs one statement on `connection` and does not commit.

    Its cost does not grow with the lag: at most `LOOK` events of each shard are counted.

    Raises:
        LedgerUnavailable: the database cannot be reached.
        NotPermitted: the connection's role may not read the log.
    """
    with ledger_errors():
        row: Any = connection.execute(query("lag"), {"look": LOOK}, prepare=True).fetchone()
    return Lag(*row)
