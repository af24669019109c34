"""Lists of tasks as of an earlier time.

Tasks come from the read model, which knows when each was created; the state of each is folded from
its events recorded up to that time. Filters are evaluated on the folded states. Every function only
reads, on the psycopg connection it is given.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from pydantic import TypeAdapter

from task_ledger.errors import FoldError
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.read import event_of
from task_ledger.eventlog.task_filter import NEVER, TaskFilter
from task_ledger.eventlog.task_list import (
    StatusCounts,
    TaskPage,
    read_task_page,
    wanted_in_sql,
    wanted_parameters,
)
from task_ledger.eventlog.task_order import Order, Position
from task_ledger.eventlog.task_reach import Reach
from task_ledger.model.events import TaskEvent
from task_ledger.model.fold import fold, fold_all
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status

LOOK: Final = 500
"""Maximum number of tasks examined for one page or count."""

EVENTS: Final = 4000
"""Maximum number of events folded for one page or count; more if a single task has more."""

_AT_ONCE: Final = 100
_RECORDS: Final = TypeAdapter(list[TaskRecord])


def read_past_page(
    connection: Connection[Any],
    reach: Reach,
    wanted: TaskFilter,
    at: datetime,
    *,
    limit: int,
    after: Position | None = None,
) -> TaskPage:
    """At most `limit` tasks of the reached projects as they were at `at`, newest first, after the
    position `after`.

    A task's state is the fold of its events with `recorded_at` up to `at`; tasks created later are
    left out. Names and errors that were erased since then stay erased. A task with an event that
    cannot be read is as of the event before it. One call examines at most
    `LOOK` tasks and folds at most `EVENTS` events, so that its cost grows neither with the project
    nor with the time since `at`. A page may therefore be short, or even empty, before the end of
    the list; `looked_to` tells where it stopped.

    Tasks that the projector has not folded yet are missing, and so are those of retired months.

    Args:
        at: a time in the past. A transaction that is open now may still add an event recorded
            before it.
        wanted: its conditions take `at` for the present. `is:slow` compares with what is usual
            today.
    """
    if NEVER in wanted.conditions:
        return TaskPage([], None)
    found: list[TaskRecord] = []
    start = after or Position.at(at)
    position: Position | None = start
    for candidates, position in _candidates(connection, reach, wanted, at, start):
        past = _as_of(connection, candidates, at)
        found += _matching(connection, wanted, past, at)
        if len(found) >= limit:
            more = len(found) > limit or position is not None
            found = found[:limit]
            return TaskPage(found, Position.of(found[-1], Order.NEWEST) if more else None)
    return TaskPage(found, position)


def list_past_tasks(
    connection: Connection[Any], reach: Reach, wanted: TaskFilter, at: datetime, *, limit: int
) -> list[TaskRecord]:
    """The first `limit` tasks of the reached projects as they were at `at`, newest first; fewer
    only at the end of the list.

    Reads page by page until it has them; to stop earlier, use `read_past_page`.
    """
    tasks: list[TaskRecord] = []
    after: Position | None = None
    while True:
        page = read_past_page(connection, reach, wanted, at, limit=limit - len(tasks), after=after)
        tasks += page.tasks
        after = page.looked_to
        if len(tasks) >= limit or after is None:
            return tasks


def count_past_by_status(
    connection: Connection[Any], reach: Reach, wanted: TaskFilter, at: datetime
) -> StatusCounts:
    """The number of the reached projects' tasks by status as of `at`, with every filter except the
    one by status.

    Counts the newest tasks only, as many as one page examines; `since` in the result tells how far
    back they go.
    """
    every = replace(wanted, statuses=frozenset())
    page = read_past_page(connection, reach, every, at, limit=LOOK)
    counted = Counter(record.status for record in page.tasks)
    since = page.looked_to.created_at if page.looked_to else None
    return StatusCounts({status: counted[status] for status in Status}, since)


def _candidates(
    connection: Connection[Any],
    reach: Reach,
    wanted: TaskFilter,
    at: datetime,
    position: Position,
) -> Iterator[tuple[list[TaskRecord], Position | None]]:
    """Tasks as they are today, with where the search continues; None at the end of the list. Only
    filters on what never changes are applied."""
    # Types are ranges of an index in one project only; elsewhere `_matching` compares them.
    types = wanted.task_types if isinstance(reach, str) else frozenset[str]()
    lasting = TaskFilter(task_types=types, task_ids=wanted.task_ids, since=wanted.since)
    looked = events = 0
    last = position
    while True:
        limit = min(_AT_ONCE, LOOK - looked)
        page = read_task_page(connection, reach, lasting, limit=limit, after=last)
        taken: list[TaskRecord] = []
        for record in page.tasks:
            events += record.version if record.updated_at > at else 0
            if events > EVENTS and looked:
                yield taken, last
                return
            looked += 1
            last = Position.of(record, Order.NEWEST)
            taken.append(record)
        yield taken, page.looked_to
        if page.looked_to is None or looked >= LOOK:
            return


def _as_of(
    connection: Connection[Any], records: list[TaskRecord], at: datetime
) -> list[TaskRecord]:
    """The records as of `at`. One without a later event is what it was."""
    changed = [record.task_id for record in records if record.updated_at > at]
    if not changed:
        return records
    with ledger_errors():
        parameters = {"task_ids": changed, "at": at}
        rows = connection.execute(query("past_events"), parameters).fetchall()
    folded: dict[UUID, TaskRecord | None] = {
        task_id: _folded(list(events))
        for task_id, events in groupby(map(event_of, rows), lambda event: event.task_id)
    }
    # A task whose month was retired between the two statements has no events.
    past = (folded.get(r.task_id) if r.updated_at > at else r for r in records)
    return [record for record in past if record is not None]


def _folded(events: list[TaskEvent]) -> TaskRecord | None:
    try:
        return fold_all(None, events)
    except FoldError:
        # One task's trouble, which must not take the list from all others.
        record: TaskRecord | None = None
        with suppress(FoldError):
            for event in events:
                record = fold(record, event)
        return record


def _matching(
    connection: Connection[Any], wanted: TaskFilter, records: list[TaskRecord], at: datetime
) -> list[TaskRecord]:
    if not records or wanted == TaskFilter():
        return records
    statement = query("past_matching").replace(
        "{wanted}", wanted_in_sql(tuple(each.sql for each in wanted.conditions))
    )
    parameters = wanted_parameters(wanted) | {
        "records": _RECORDS.dump_json(records, exclude_none=True).decode(),
        "at": at,
    }
    with ledger_errors():
        rows = connection.execute(
            statement.replace("now()", "%(at)s::timestamptz"), parameters, prepare=False
        ).fetchall()
    matching = {task_id for (task_id,) in rows}
    return [record for record in records if record.task_id in matching]
