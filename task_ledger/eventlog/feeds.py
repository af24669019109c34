"""Checking and repairing the feeds' sequences, which must be ahead of the log and its followers.

A sequence goes back if it is not copied (logical replication copies none), if part of a database is
restored, or by `setval`.
"""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from task_ledger.errors import FeedWentBack
from task_ledger.eventlog.database import ledger_errors, query

REPAIR: Final = (
    "Run `task-ledger repair feeds`, which sets the sequences past the log and lets the projector"
    " process missed events."
)


LOOK: Final = 100
"""Number of events below the projector's position in each feed that are checked to have been read.

A sequence that went back reuses the numbers just below that position before it passes it again.
"""


@dataclass(frozen=True, slots=True)
class GoneBack:
    """A feed whose new events followers would miss.

    Attributes:
        head: the highest number drawn.
        cursor: the highest number that a follower has passed.
        highest: the highest number of an event.
        missed: whether the projector has passed events without reading them.
    """

    shard: int
    head: int
    cursor: int
    highest: int
    missed: bool

    def __str__(self) -> str:
        missed = ", and the projector has missed events" if self.missed else ""
        return (
            f"feed {self.shard} is at {self.head}, its followers at {self.cursor}, the log at"
            f" {self.highest}{missed}"
        )


@dataclass(frozen=True, slots=True)
class Repaired:
    """A feed that was repaired.

    Attributes:
        head, set_to: the highest number drawn, before and after.
        missed: how many events the projector had passed without numbering them.
    """

    shard: int
    head: int
    set_to: int
    missed: int


def feeds_gone_back(connection: Connection[Any]) -> list[GoneBack]:
    """The feeds whose new events followers would miss, or whose events the projector has missed.

    For missed events, examines the last `LOOK` events that the projector has passed. Runs one
    statement and does not commit.

    Raises:
        LedgerUnavailable: the database cannot be reached.
        NotPermitted: the connection's role may not read the log.
    """
    with ledger_errors():
        rows = connection.execute(query("feeds_gone_back"), {"look": LOOK}).fetchall()
        return [GoneBack(*row) for row in rows]


def refuse_feeds_gone_back(connection: Connection[Any]) -> None:
    """Raise unless every feed is ahead of the log and its followers, and always was.

    Raises:
        FeedWentBack: a feed is not or was not; the message names it and says what to do.
        LedgerUnavailable, NotPermitted: as `feeds_gone_back`.
    """
    wrong = feeds_gone_back(connection)
    if wrong:
        raise FeedWentBack(f"{'; '.join(map(str, wrong))}. {REPAIR}")


def repair_feeds(connection: Connection[Any]) -> list[Repaired]:
    """Move each feed ahead of the log and its followers, and let the projector read missed events.

    Runs one statement in the connection's transaction and does not commit. Waits up to five seconds
    for each open transaction that has written to the log.

    Args:
        connection: as the role `task_ledger_projector`, or the owner.

    Returns:
        The feeds that were repaired.

    Raises:
        LedgerBusy: such a transaction stays open for longer; nothing is changed.
        LedgerUnavailable, NotPermitted: as above.
    """
    with ledger_errors():
        return [Repaired(*row) for row in connection.execute(query("repair_feeds")).fetchall()]
