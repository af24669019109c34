"""A page of a timeline reads as little at the end of a long one as at the beginning of a short one.

Buffers are counted, not time: they are the same on every machine.
"""

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from task_ledger.eventlog.search.timeline_conditions import timeline_filter
from task_ledger.eventlog.timeline import (
    LAST,
    LOOK,
    Page,
    read_new,
    read_page,
    read_timeline,
    stream_timeline,
)
from task_ledger.eventlog.timeline_filter import TimelineFilter
from task_ledger.model.transitions import EventType
from tests.servers import Database
from tests.task_ledger.eventlog.buffers import Connection, buffers_of
from tests.task_ledger.eventlog.filled import PARTITIONS, PROJECT, TASKS

EVENTS = 4 * TASKS
LIMIT = 50
A_PAGE = 6 * LIMIT + PARTITIONS
"""Buffers: for each entry a number, an index and a row in the log, and the same in the records; and
one for each partition, which a plan for any arguments opens."""
A_LOOK = 12 * LOOK


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("at", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("types", "buffers"),
    [
        (frozenset[EventType](), A_PAGE),
        (frozenset({EventType.FAILED}), A_PAGE + 2 * LIMIT + PARTITIONS),
        (frozenset({EventType.FAILED, EventType.STARTED}), A_PAGE + 4 * LIMIT + 2 * PARTITIONS),
    ],
)
def test_a_page_from_anywhere_reads_only_what_it_shows(
    auditor: Connection, at: float, newest_first: bool, types: frozenset[EventType], buffers: int
) -> None:
    cursor = int(EVENTS * at)
    bounds = {"before": cursor + 1} if newest_first else {"after": cursor}
    used, page = buffers_of(
        auditor,
        lambda c: read_page(
            c, PROJECT, TimelineFilter(types), **bounds, limit=LIMIT, newest_first=newest_first
        ),
    )
    at_the_end = cursor == (0 if newest_first else EVENTS)
    assert len(page.entries) == (0 if at_the_end else LIMIT)
    assert used <= buffers


def test_a_tasks_events_are_found_by_the_task(auditor: Connection) -> None:
    (entry,) = read_timeline(auditor, PROJECT, after=EVENTS // 2, limit=1)
    wanted = TimelineFilter(task_ids=frozenset({entry.event.task_id}))
    used, page = buffers_of(auditor, lambda c: read_page(c, PROJECT, wanted, limit=LIMIT))
    assert [e.event.version for e in page.entries] == [1, 2, 3, 4]
    assert used <= A_PAGE


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(
    "wanted",
    [
        TimelineFilter(actors=frozenset({"nobody"})),
        TimelineFilter(task_types=frozenset({"none"})),
        TimelineFilter(text="not to be found"),
        TimelineFilter(since=datetime(2100, 1, 1, tzinfo=UTC)),
        TimelineFilter(until=datetime(2000, 1, 1, tzinfo=UTC)),
    ],
    ids=lambda wanted: next(n for n in wanted.__slots__ if getattr(wanted, n)),
)
def test_a_page_that_finds_nothing_says_how_far_it_looked(
    auditor: Connection, wanted: TimelineFilter, newest_first: bool
) -> None:
    used, page = buffers_of(
        auditor,
        lambda c: read_page(c, PROJECT, wanted, limit=LIMIT, newest_first=newest_first),
    )
    assert page == Page([], EVENTS - LOOK + 1 if newest_first else LOOK)
    assert used <= A_LOOK


def test_a_page_that_finds_its_fill_looks_no_further(auditor: Connection) -> None:
    wanted = TimelineFilter(actors=frozenset({"bench"}), text="task")
    used, page = buffers_of(auditor, lambda c: read_page(c, PROJECT, wanted, limit=LIMIT))
    assert [entry.seq for entry in page.entries] == list(range(1, LIMIT + 1))
    # The numbers to look at are decided first; of the log and the records, only a page is read.
    assert used <= A_PAGE + LOOK // 10


def queried(query: str) -> TimelineFilter:
    return timeline_filter(query, datetime.now(UTC))


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(
    "query",
    [
        "word",
        "actor:nobody",
        "worker:*@nowhere",
        "error:~never",
        "meta.customer:acme",
        "status:REVOKED",
        "before:2000-01-02",
        "-type:*",
        "type:none event:started,failed,completed,registered,progress",
    ],
)
def test_a_query_that_finds_nothing_stops_early_and_says_how_far_it_looked(
    auditor: Connection, query: str, newest_first: bool
) -> None:
    used, page = buffers_of(
        auditor,
        lambda c: read_page(c, PROJECT, queried(query), limit=LIMIT, newest_first=newest_first),
    )
    assert page == Page([], EVENTS - LOOK + 1 if newest_first else LOOK)
    assert used <= A_LOOK


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_query_for_types_of_events_or_for_tasks_is_answered_by_an_index(
    auditor: Connection, newest_first: bool
) -> None:
    used, page = buffers_of(
        auditor,
        lambda c: read_page(
            c, PROJECT, queried("event:failed"), limit=LIMIT, newest_first=newest_first
        ),
    )
    assert len(page.entries) == LIMIT
    assert used <= A_PAGE + 2 * LIMIT + PARTITIONS
    (entry,) = read_timeline(auditor, PROJECT, after=EVENTS // 2, limit=1)
    task = queried(f"id:{entry.event.task_id} event:started")
    used, page = buffers_of(
        auditor, lambda c: read_page(c, PROJECT, task, limit=LIMIT, newest_first=newest_first)
    )
    assert [e.event.type for e in page.entries] == [EventType.STARTED]
    assert used <= A_PAGE


def test_pages_of_a_query_meet(auditor: Connection) -> None:
    wanted = queried('-event:progress type:type_0 "task 1"')
    found: list[int] = []
    after = 0
    while True:
        page = read_page(auditor, PROJECT, wanted, after=after, limit=7)
        found += [entry.seq for entry in page.entries]
        if page.looked_to is None:
            break
        after = page.looked_to
    assert found == [e.seq for e in read_timeline(auditor, PROJECT, wanted, limit=EVENTS)]
    assert len(found) > 20


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_that_look_meet(auditor: Connection, newest_first: bool) -> None:
    wanted = TimelineFilter(types=frozenset({EventType.FAILED}), text="type_0")
    everything = read_timeline(auditor, PROJECT, wanted, limit=EVENTS, newest_first=newest_first)
    assert len(everything) == TASKS // 100
    found: list[int] = []
    after, before = 0, LAST
    while True:
        page = read_page(
            auditor,
            PROJECT,
            TimelineFilter(actors=frozenset({"bench"}), text=f"task {TASKS // 2}"),
            after=after,
            before=before,
            limit=3,
            newest_first=newest_first,
        )
        found += [entry.seq for entry in page.entries]
        if page.looked_to is None:
            break
        if newest_first:
            before = page.looked_to
        else:
            after = page.looked_to
    assert len(found) == 4
    assert found == sorted(found, reverse=newest_first)


def test_streams_catch_up_by_what_is_new(auditor: Connection) -> None:
    cursors = {"project-1": EVENTS // 2, PROJECT: EVENTS - 10}
    used, found = buffers_of(auditor, lambda c: read_new(c, cursors, limit=LIMIT))
    assert {project: len(entries) for project, entries in found.items()} == {
        "project-1": LIMIT,
        PROJECT: 10,
    }
    assert used <= 2 * A_PAGE


def test_an_export_begins_at_once(filled: Database) -> None:
    with psycopg.connect(filled.url_for("auditor")) as connection:
        first = next(stream_timeline(connection, PROJECT))
        row = connection.execute(
            "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables"
            " WHERE schemaname = 'task_ledger'"
        ).fetchone()
    assert isinstance(first.task_id, UUID)
    assert row is not None
    # A batch of the cursor: as many numbers, and an event for each. Before, the bounds of each
    # project's partitions, and the first number of each partition.
    assert 2 * 100 <= row[0] <= 2 * 100 + 100 + 3 * PARTITIONS
