"""How far the projector is behind the log, in events and in seconds."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query

LOOK: Final = 1000
"""How many events behind the projector are counted of each shard, at most."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What the read model does not show yet, as of one moment.

    Attributes:
        events: how many events are committed and not folded; of a shard that is further behind,
            the first `LOOK`.
        oldest_s: seconds since the oldest of them was recorded; 0.0 when there is none. A writer
            that committed late counts from when it wrote.
        quarantined: how many tasks cannot be folded; their records stand still until that is
            repaired, and their events do not count as behind.
        stopped: whether a feed's sequence went back: the projector folds nothing before that is
            repaired, and events of that feed are not known to be behind.
    """

    events: int
    oldest_s: float
    quarantined: int
    stopped: bool = False


def read_lag(connection: Connection[Any]) -> Lag:
    """The lag as of now; one statement on `connection`, which it does not commit.

    Its cost does not grow with what the projector is behind: at most `LOOK` events of each shard
    are counted.

    Raises:
        LedgerUnavailable: the database cannot be reached.
        NotPermitted: the connection's role may not read the log.
    """
    with ledger_errors():
        row: Any = connection.execute(query("lag"), {"look": LOOK}, prepare=True).fetchone()
    return Lag(*row)
