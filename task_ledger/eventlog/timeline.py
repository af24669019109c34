"""A project's timeline: its events, numbered in the order in which they became visible.

The projector numbers events after their commit, without gaps, so the number is a cursor that can
neither skip nor repeat. Every function reads on the psycopg connection it is given and writes
nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.read import event_of
from task_ledger.eventlog.task_filter import NEVER, all_of, values_of
from task_ledger.eventlog.task_list import pattern
from task_ledger.eventlog.timeline_filter import TimelineFilter
from task_ledger.model.events import TaskEvent

LAST: Final = 2**63 - 1
"""A number greater than any in a timeline."""

LOOK: Final = 5000
"""Maximum number of events examined for one page by filters without an index."""

_BATCH: Final = 100
"""Rows that are fetched at a time: each may have 64 KiB of data."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event with its number.

    Attributes:
        seq: the event's number in the project's timeline, from 1.
        task_type, task_name: of its task; None if the task could not be folded.
    """

    seq: int
    task_type: str | None
    task_name: str | None
    event: TaskEvent


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a timeline.

    Attributes:
        entries: the entries found, in the requested order.
        looked_to: `entries` contains all matches up to this number; continue after it. None if
            nothing is left.
    """

    entries: list[Entry]
    looked_to: int | None


EVERYTHING: Final = TimelineFilter()


def read_page(
    connection: Connection[Any],
    project_id: str,
    wanted: TimelineFilter = EVERYTHING,
    *,
    after: int = 0,
    before: int = LAST,
    limit: int,
    newest_first: bool = False,
) -> Page:
    """At most `limit` entries with numbers between `after` and `before`, both excluded.

    Types and tasks use an index. With other filters, one call examines at most `LOOK` events (of
    the given types and tasks), so that its cost does not grow with the timeline. A page may
    therefore be short, or even empty, before the end; `looked_to` tells where it stopped.
    """
    if NEVER in wanted.conditions:
        return Page([], None)
    look = max(LOOK, limit) if wanted.by_looking else limit
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
        "look": look,
        "limit": limit,
        **values_of(wanted.conditions),
    }
    stop: int | None = None
    with ledger_errors():
        if wanted.task_ids:
            numbers = "timeline_of_tasks"
        else:
            numbers = "timeline_of_types" if wanted.types else "timeline_of_project"
            bounds = _bounds(
                connection,
                project_id,
                after=after,
                before=before,
                look=None if wanted.types else look,
                newest_first=newest_first,
            )
            if bounds is None:
                return Page([], None)
            parameters |= bounds.parameters()
            stop = bounds.stop(newest_first)
        conditions = tuple(condition.sql for condition in wanted.conditions)
        statement = _statement("timeline", numbers, newest_first, conditions)
        # Not prepared with conditions: their text is seldom the same again.
        rows = connection.execute(
            statement, parameters, prepare=False if conditions else None
        ).fetchall()
    entries = [_entry(row[1:]) for row in rows if row[1] is not None]
    if len(entries) == limit:
        return Page(entries, entries[-1].seq if entries else None)
    return Page(entries, rows[0][0] if stop is None else stop)


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
    """The first `limit` entries with numbers between `after` and `before`, both excluded; fewer
    only if there are no more.

    Reads page by page until it has them; to stop earlier, use `read_page`.
    """
    entries: list[Entry] = []
    while True:
        page = read_page(
            connection,
            project_id,
            wanted,
            after=after,
            before=before,
            limit=limit - len(entries),
            newest_first=newest_first,
        )
        entries += page.entries
        if len(entries) >= limit or page.looked_to is None:
            return entries
        if newest_first:
            before = page.looked_to
        else:
            after = page.looked_to


@dataclass(frozen=True, slots=True)
class Head:
    """Where a project's timeline ends.

    Attributes:
        seq: its highest number; 0 if it is empty.
        epoch: the database's epoch. In another epoch, a number may be another event's.
    """

    seq: int
    epoch: str


def timeline_head(connection: Connection[Any], project_id: str) -> Head:
    """Where a project's timeline ends. Runs in the caller's transaction.

    Raises:
        LedgerUnavailable: the connection broke.
    """
    with ledger_errors():
        row = connection.execute(query("timeline_head"), {"project_id": project_id}).fetchone()
    return Head(0, "") if row is None else Head(*row)


def read_new(
    connection: Connection[Any], cursors: Mapping[str, int], *, limit: int
) -> dict[str, list[Entry]]:
    """New entries after the cursors of any number of projects, read in one statement.

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
    """The events of `stream_numbered`, without their numbers."""
    for _, event in stream_numbered(connection, project_id, task_id):
        yield event


def stream_numbered(
    connection: Connection[Any],
    project_id: str,
    task_id: UUID | None = None,
    *,
    after: int = 0,
    before: int = LAST,
) -> Iterator[tuple[int, TaskEvent]]:
    """All numbered events of a project, or of one of its tasks, with numbers between `after` and
    `before`, both excluded; oldest first, as of the call; each with its number.

    Runs through a server-side cursor in the connection's transaction, so memory does not grow
    with the timeline; the connection must not be on autocommit.
    """
    parameters: dict[str, Any] = {"project_id": project_id}
    if task_id:
        numbers = "timeline_of_tasks"
        parameters |= {"task_ids": [task_id], "types": None, "after": after, "before": before}
        parameters |= {"look": None}
    else:
        numbers = "timeline_of_project"
        with ledger_errors():
            bounds = _bounds(connection, project_id, after=after, before=before)
        if bounds is None:
            return
        parameters |= bounds.parameters()
    with ledger_errors(), connection.cursor(name="timeline") as cursor:
        cursor.itersize = _BATCH
        # The partitions' indexes have the order; for a whole project, the planner may prefer to
        # sort all numbers before the first row.
        connection.execute("SET LOCAL enable_sort = off")
        cursor.execute(_statement("timeline_events", numbers, newest_first=False), parameters)
        connection.execute("SET LOCAL enable_sort TO DEFAULT")
        for seq, *row in cursor:
            yield seq, event_of(row)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Where the numbers of a page are.

    Attributes:
        first, last: the range of the numbers.
        low, high: the partitions that have any of them.
        rest: whether the timeline continues beyond the range, in the page's direction.
    """

    first: int
    last: int
    low: int
    high: int
    rest: bool

    def parameters(self) -> dict[str, int]:
        return {"first": self.first, "last": self.last, "low": self.low, "high": self.high}

    def stop(self, newest_first: bool) -> int | None:
        """The number at which the range was cut off; None if it was not."""
        if not self.rest:
            return None
        return self.first if newest_first else self.last


def _bounds(
    connection: Connection[Any],
    project_id: str,
    *,
    after: int = 0,
    before: int = LAST,
    look: int | None = None,
    newest_first: bool = False,
) -> _Bounds | None:
    parameters = {
        "project_id": project_id,
        "after": after,
        "before": before,
        "look": look,
        "newest_first": newest_first,
    }
    row = connection.execute(query("timeline_bounds"), parameters).fetchone()
    return None if row is None else _Bounds(*row)


@lru_cache(maxsize=256)
def _statement(
    name: str,
    numbers: str,
    newest_first: bool,
    conditions: tuple[LiteralString, ...] = (),
) -> LiteralString:
    return (
        query(name)
        .replace("{numbers}", query(numbers))
        .replace("{direction}", "DESC" if newest_first else "ASC")
        .replace("{conditions}", all_of(conditions))
    )


def _entry(row: Any) -> Entry:
    return Entry(row[0], row[1], row[2], event_of(row[3:]))
