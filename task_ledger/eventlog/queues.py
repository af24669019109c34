"""Queues: what waits in each, its workers, and whether it is paused.

Living workers name the queues they consume in their leases; see
`docs/decisions/0032-queues-workers-and-schedules.md`. Every function runs one statement on the
psycopg connection it is given, which must be on autocommit for a change to take effect at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.task_reach import Reach

LOOK: Final = 1000
"""Maximum number of waiting tasks looked at in each queue, or of each of several projects."""

MOST: Final = 500
"""Maximum number of queues."""

GRACE: Final = timedelta(seconds=15)
"""How long a task may wait in a queue that no worker consumes before that is an alarm: a worker
that starts says after 5 s which queues it consumes."""

MAX_REASON: Final = 500
"""Maximum length of the reason of a pause, in characters."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when a queue is paused, by whom and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Depth:
    """What the broker said about a queue.

    Attributes:
        messages: those that no worker has received yet, of any task; None if RabbitMQ has no such
            queue.
        consumers: of RabbitMQ; None on Redis and Valkey, which do not know them.
        asked_at: when it was asked.
    """

    messages: int | None
    consumers: int | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue.

    Attributes:
        waiting: due tasks that no worker has started.
        later: tasks that are due later.
        blocked: tasks that wait for other tasks to end.
        first_due_at: when the first of the waiting ones was due; None if there is none.
        more: whether only a part of the tasks was looked at, those that wait longest.
        workers: living workers that consume it.
        processes: how many tasks these work on at once.
        pause: None if it is not paused.
        depth: None if the broker was not asked.
        no_worker: whether tasks wait and no worker consumes it; not while it is paused.
    """

    queue: str
    waiting: int
    later: int
    blocked: int
    first_due_at: datetime | None
    more: bool
    workers: int
    processes: int
    pause: Pause | None
    depth: Depth | None
    no_worker: bool


def read_queues(connection: Connection[Any], reach: Reach) -> list[QueueState]:
    """The queues, by name.

    Of all projects: every queue in which something waits, that a living worker consumes, or that
    is paused. Of named projects: those in which one of their tasks waits, with these tasks alone
    and without what the broker says, which is about everybody's.
    """
    if reach is None:
        waits = query("queues_of_all").replace("{names}", query("queue_names"))
    else:
        waits = query("queues_of_projects")
    projects = [reach] if isinstance(reach, str) else sorted(reach or ())
    parameters = {"projects": projects, "look": LOOK, "most": MOST}
    statement = query("queues").replace("{waits}", waits)
    with ledger_errors():
        rows = connection.execute(statement, parameters, prepare=False).fetchall()
    return [_state(row, everywhere=reach is None) for row in rows]


def _state(row: tuple[Any, ...], *, everywhere: bool) -> QueueState:
    waiting, first_due_at, workers, now = row[1], row[4], row[6], row[14]
    pause = Pause(*row[8:11]) if row[8] is not None else None
    return QueueState(
        *row[:8],
        pause=pause,
        depth=Depth(*row[11:14]) if everywhere and row[13] is not None else None,
        no_worker=waiting > 0 and workers == 0 and pause is None and now - first_due_at >= GRACE,
    )


def pause_queue(connection: Connection[Any], queue: str, *, actor: str, reason: str) -> bool:
    """Let the relay publish nothing to a queue; needs the role of the API.

    Messages that the broker has already are not held. Recorded in the access log.

    Args:
        reason: 1 to `MAX_REASON` characters.

    Returns:
        Whether it was not paused before; if it was, nothing is changed.

    Raises:
        InvalidEvent: a part of the ledger acts under this name, or an argument is empty or too
            long.
    """
    return _change(connection, "pause_queue", queue, actor, reason)


def resume_queue(connection: Connection[Any], queue: str, *, actor: str, reason: str) -> bool:
    """End a pause, as `pause_queue`.

    Returns:
        Whether it was paused.
    """
    return _change(connection, "resume_queue", queue, actor, reason)


def _change(connection: Connection[Any], name: str, queue: str, actor: str, reason: str) -> bool:
    parameters = {"queue": queue, "actor": actor, "reason": reason}
    with ledger_errors():
        row = connection.execute(query(name), parameters).fetchone()
    return bool(row and row[0])
