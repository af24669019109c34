"""A page of a list as of an earlier time reads a bounded part of the log, however long it is."""

from datetime import UTC, datetime, timedelta

from task_ledger.eventlog.database import query
from task_ledger.eventlog.past_tasks import (
    LOOK,
    count_past_by_status,
    read_past_page,
)
from task_ledger.eventlog.task_filter import TaskFilter
from task_ledger.eventlog.task_list import list_tasks
from task_ledger.eventlog.task_order import Order, Position
from tests.task_ledger.eventlog.buffers import Connection, buffers_of
from tests.task_ledger.eventlog.filled import PROJECT

LIMIT = 50
LONG_AGO = datetime.now(UTC) - timedelta(days=700)
"""In the middle of the log, so that half of the project's tasks were created later."""

A_TASK = 8
"""Buffers: the way to its events in their partition."""


def test_a_page_reads_what_it_shows(auditor: Connection) -> None:
    used, page = buffers_of(
        auditor, lambda c: read_past_page(c, PROJECT, TaskFilter(), LONG_AGO, limit=LIMIT)
    )
    assert len(page.tasks) == LIMIT
    assert all(task.created_at <= LONG_AGO for task in page.tasks)
    assert page.looked_to == Position.of(page.tasks[-1], Order.NEWEST)
    assert used <= 4 * LIMIT


def test_what_no_index_finds_ends_early_and_says_where(auditor: Connection) -> None:
    nothing = TaskFilter(text="not to be found")
    used, page = buffers_of(
        auditor, lambda c: read_past_page(c, PROJECT, nothing, LONG_AGO, limit=LIMIT)
    )
    looked = list_tasks(auditor, PROJECT, TaskFilter(), limit=LOOK, after=Position.at(LONG_AGO))
    assert (page.tasks, page.looked_to) == ([], Position.of(looked[-1], Order.NEWEST))
    assert used <= LOOK


def test_counts_say_how_far_back_they_go(auditor: Connection) -> None:
    counts = count_past_by_status(auditor, PROJECT, TaskFilter(), LONG_AGO)
    assert sum(counts.by_status.values()) == LOOK
    assert counts.since is not None
    assert counts.since < LONG_AGO


def test_the_events_of_tasks_are_found_in_their_partitions(auditor: Connection) -> None:
    tasks = list_tasks(auditor, PROJECT, TaskFilter(), limit=100, after=Position.at(LONG_AGO))
    parameters = {"task_ids": [task.task_id for task in tasks], "at": LONG_AGO}
    used, rows = buffers_of(
        auditor, lambda c: c.execute(query("past_events"), parameters).fetchall()
    )
    assert len(rows) >= 3 * len(tasks)
    assert used <= A_TASK * len(tasks)
