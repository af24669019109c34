"""A project's timeline: its events in the order in which they became visible, numbered by it.

The projector numbers events after their commit, without gaps, so the number is a cursor that can
neither skip nor repeat. Every function reads on the psycopg connection it is given and writes
nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.read import event_of
from task_ledger.eventlog.task_list import pattern
from task_ledger.model.events import TaskEvent
from task_ledger.model.transitions import EventType

LAST: Final = 2**63 - 1
"""A number behind every timeline."""

_BATCH: Final = 1000
_OLDEST_FIRST: Final[LiteralString] = " ORDER BY t.seq LIMIT %(limit)s"
_NEWEST_FIRST: Final[LiteralString] = " ORDER BY t.seq DESC LIMIT %(limit)s"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in its place.

    Attributes:
        seq: its number in the project's timeline, from 1.
        task_type, task_name: its task's; None for a task that could not be folded.
    """

    seq: int
    task_type: str | None
    task_name: str | None
    event: TaskEvent


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """Which events are wanted; an empty set or None wants all.

    Attributes:
        since, until: recorded then or later, recorded before then.
        text: found, whatever its case, in the task's name or type, the actor, or the event's
            step, detail, message or error.
    """

    types: frozenset[EventType] = frozenset()
    task_types: frozenset[str] = frozenset()
    task_ids: frozenset[UUID] = frozenset()
    actors: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None


EVERYTHING: Final = TimelineFilter()


def read_timeline(
    connection: Connection[Any],
    project_id: str,
    wanted: TimelineFilter = EVERYTHING,
    *,
    after: int = 0,
    before: int = LAST,
    limit: int,
    newest_first: bool = False,
) -> list[Entry]:
    """At most `limit` entries numbered between `after` and `before`, both excluded."""
    parameters = {
        "project_id": project_id,
        "after": after,
        "before": before,
        "types": [str(t) for t in wanted.types] or None,
        "task_types": list(wanted.task_types) or None,
        "task_ids": list(wanted.task_ids) or None,
        "actors": list(wanted.actors) or None,
        "since": wanted.since,
        "until": wanted.until,
        "pattern": pattern(wanted.text),
        "limit": limit,
    }
    statement = query("timeline") + (_NEWEST_FIRST if newest_first else _OLDEST_FIRST)
    with ledger_errors():
        rows = connection.execute(statement, parameters, prepare=False).fetchall()
    return [_entry(row) for row in rows]


def timeline_head(connection: Connection[Any], project_id: str) -> int:
    """The highest number given in a project's timeline; 0 for an empty one."""
    with ledger_errors():
        row = connection.execute(query("timeline_head"), {"project_id": project_id}).fetchone()
    return int(row[0]) if row else 0


def read_new(
    connection: Connection[Any], cursors: Mapping[str, int], *, limit: int
) -> dict[str, list[Entry]]:
    """What came behind the cursors of any number of projects, in one statement.

    Args:
        cursors: the last number seen, by project.
        limit: entries per project.
    """
    parameters = {
        "projects": list(cursors),
        "cursors": list(cursors.values()),
        "limit": limit,
    }
    with ledger_errors():
        rows = connection.execute(query("timeline_new"), parameters).fetchall()
    found: dict[str, list[Entry]] = {}
    for row in rows:
        entry = _entry(row)
        found.setdefault(entry.event.project_id, []).append(entry)
    return found


def stream_timeline(
    connection: Connection[Any], project_id: str, task_id: UUID | None = None
) -> Iterator[TaskEvent]:
    """Every numbered event of a project, or of one of its tasks, oldest first, as of the call.

    Runs through a server-side cursor in the connection's transaction, so memory does not grow
    with the timeline; the connection must not be on autocommit.
    """
    with ledger_errors(), connection.cursor(name="timeline") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(query("timeline_events"), {"project_id": project_id, "task_id": task_id})
        for row in cursor:
            yield event_of(row)


def _entry(row: Any) -> Entry:
    return Entry(row[0], row[1], row[2], event_of(row[3:]))
