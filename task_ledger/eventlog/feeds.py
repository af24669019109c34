"""The feeds' sequences: whether they are where followers and the log expect them, and repair.

A sequence goes back when it is not copied (logical replication copies none), when part of a
database is restored, or by `setval`.
"""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

from task_ledger.errors import FeedWentBack
from task_ledger.eventlog.database import ledger_errors, query

REPAIR: Final = (
    "Run `task-ledger repair feeds`, which sets the sequences past the log and lets the projector"
    " find what it has missed."
)


@dataclass(frozen=True, slots=True)
class GoneBack:
    """A feed in which new events would not be seen.

    Attributes:
        head: the highest number that was taken.
        cursor: the highest number that a follower has passed.
        highest: the highest number of an event.
    """

    shard: int
    head: int
    cursor: int
    highest: int

    def __str__(self) -> str:
        return (
            f"feed {self.shard} is at {self.head}, its followers at {self.cursor}, the log at"
            f" {self.highest}"
        )


@dataclass(frozen=True, slots=True)
class Repaired:
    """A feed that was repaired.

    Attributes:
        head, set_to: the highest number that was taken, before and after.
        missed: how many events the projector had passed without numbering them.
    """

    shard: int
    head: int
    set_to: int
    missed: int


def feeds_gone_back(connection: Connection[Any]) -> list[GoneBack]:
    """The feeds in which new events would not be seen; one statement, which it does not commit.

    Raises:
        LedgerUnavailable: the database cannot be reached.
        NotPermitted: the connection's role may not read the log.
    """
    with ledger_errors():
        return [GoneBack(*row) for row in connection.execute(query("feeds_gone_back")).fetchall()]


def refuse_feeds_gone_back(connection: Connection[Any]) -> None:
    """Go on only when every feed is past what its followers and the log have seen.

    Raises:
        FeedWentBack: one is not; the message names it, and what to do.
        LedgerUnavailable, NotPermitted: as `feeds_gone_back`.
    """
    wrong = feeds_gone_back(connection)
    if wrong:
        raise FeedWentBack(f"{'; '.join(map(str, wrong))}. {REPAIR}")


def repair_feeds(connection: Connection[Any]) -> list[Repaired]:
    """Set each feed past the log and its followers; let the projector read again what it missed.

    One statement in the connection's transaction, which it does not commit. It waits up to five
    seconds for each transaction that has written to the log and not ended.

    Args:
        connection: as the role `task_ledger_projector`, or the owner.

    Returns:
        The feeds that had something to repair.

    Raises:
        LedgerBusy: somebody writes to the log for longer; nothing is changed.
        LedgerUnavailable, NotPermitted: as above.
    """
    with ledger_errors():
        return [Repaired(*row) for row in connection.execute(query("repair_feeds")).fetchall()]
