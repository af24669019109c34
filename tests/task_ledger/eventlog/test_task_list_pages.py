"""A page of a list reads as little of a long project as of a short one, by every filter and order.

Buffers are counted, not time: they are the same on every machine.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from task_ledger.eventlog.read import read_events, read_task
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_list import (
    LOOK,
    TaskFilter,
    count_by_status,
    list_tasks,
    read_task_page,
)
from task_ledger.eventlog.task_order import Order, Position
from task_ledger.model.transitions import Status
from tests.servers import Database
from tests.task_ledger.eventlog.buffers import Connection, buffers_of
from tests.task_ledger.eventlog.filled import PROJECT, TASKS

LIMIT = 50
A_PAGE = 3 * LIMIT + 20
"""Buffers: for each task a row and now and then a page of the index, and the way to the first."""
A_LOOK = 2 * LOOK
"""Buffers: the same, and several rows lie in one."""

FAILED = frozenset({Status.FAILURE})
ENDED = frozenset({Status.FAILURE, Status.SUCCESS})
BY_CREATION = [Order.NEWEST, Order.OLDEST]
BY_END = [order for order in Order if not order.by_creation]
RECENTLY = datetime.now(UTC) - timedelta(days=200)
NOTHING = TaskFilter(text="not to be found")


def _middle(connection: Any, order: Order) -> Position:
    """A position with half of a list's tasks on each side."""
    row = connection.execute(
        "SELECT task_id, created_at, completed_at FROM task_ledger.task_record"
        " WHERE project_id = %s AND task_name = %s",
        (PROJECT, f"task {TASKS // 2}"),
    ).fetchone()
    (task,) = list_tasks(connection, PROJECT, TaskFilter(task_ids=frozenset({row[0]})), limit=1)
    return Position.of(task, order)


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("from_middle", [False, True])
def test_a_page_of_every_order_from_anywhere_reads_what_it_shows(
    auditor: Connection, order: Order, from_middle: bool
) -> None:
    after = _middle(auditor, order) if from_middle else None
    used, page = buffers_of(
        auditor,
        lambda c: read_task_page(c, PROJECT, TaskFilter(), limit=LIMIT, after=after, order=order),
    )
    assert len(page.tasks) == LIMIT
    assert page.looked_to == Position.of(page.tasks[-1], order)
    assert used <= A_PAGE


@pytest.mark.parametrize("order", BY_CREATION)
@pytest.mark.parametrize("from_middle", [False, True])
@pytest.mark.parametrize(
    "wanted",
    [
        TaskFilter(statuses=FAILED),
        TaskFilter(statuses=ENDED),
        TaskFilter(task_types=frozenset({"type_0"})),
        TaskFilter(task_types=frozenset({"type_0", "type_3"})),
        TaskFilter(task_types=frozenset({"type_0"}), statuses=FAILED),
        TaskFilter(since=RECENTLY),
        TaskFilter(task_types=frozenset({"type_0"}), since=RECENTLY),
    ],
    ids=["status", "statuses", "type", "types", "type and status", "since", "type and since"],
)
def test_in_the_order_of_creation_statuses_and_types_are_found_by_an_index(
    auditor: Connection, wanted: TaskFilter, from_middle: bool, order: Order
) -> None:
    after = _middle(auditor, order) if from_middle else None
    used, page = buffers_of(
        auditor,
        lambda c: read_task_page(c, PROJECT, wanted, limit=LIMIT, after=after, order=order),
    )
    # In the second half, and only there, are those that are newer than the middle.
    if not (wanted.since and from_middle and order is Order.NEWEST):
        assert len(page.tasks) == LIMIT
    parts = max(1, len(wanted.task_types)) * (len(wanted.statuses) or len(Status))
    assert used <= A_PAGE + 4 * parts


@pytest.mark.parametrize(
    "wanted",
    [TaskFilter(task_types=frozenset({"none"})), TaskFilter(statuses=frozenset({Status.RETRY}))],
)
def test_what_no_task_has_is_known_at_once(auditor: Connection, wanted: TaskFilter) -> None:
    used, page = buffers_of(auditor, lambda c: read_task_page(c, PROJECT, wanted, limit=LIMIT))
    assert (page.tasks, page.looked_to) == ([], None)
    assert used <= 4 * len(Status)


@pytest.mark.parametrize("order", list(Order))
def test_a_search_that_finds_nothing_says_how_far_it_looked(
    auditor: Connection, order: Order
) -> None:
    everything = list_tasks(auditor, PROJECT, TaskFilter(), limit=LOOK, order=order)
    used, page = buffers_of(
        auditor, lambda c: read_task_page(c, PROJECT, NOTHING, limit=LIMIT, order=order)
    )
    assert page.tasks == []
    assert page.looked_to == Position.of(everything[-1], order)
    assert used <= A_LOOK


@pytest.mark.parametrize("order", BY_END)
@pytest.mark.parametrize(
    "wanted",
    [
        TaskFilter(statuses=frozenset({Status.REVOKED})),
        TaskFilter(task_types=frozenset({"none"})),
        TaskFilter(since=datetime(2100, 1, 1, tzinfo=UTC)),
    ],
    ids=["status", "type", "since"],
)
def test_by_the_end_every_filter_looks_no_further_than_it_says(
    auditor: Connection, wanted: TaskFilter, order: Order
) -> None:
    used, page = buffers_of(
        auditor, lambda c: read_task_page(c, PROJECT, wanted, limit=LIMIT, order=order)
    )
    assert page.tasks == []
    assert page.looked_to is not None
    assert used <= A_LOOK


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize(
    "query",
    ["longer:3650d", "-is:open meta.none:x", "error:~nothing type:~type_0", "nothing at all"],
)
def test_a_query_looks_no_further_than_it_says(
    auditor: Connection, query: str, order: Order
) -> None:
    wanted = task_filter(query, datetime.now(UTC))
    used, page = buffers_of(
        auditor, lambda c: read_task_page(c, PROJECT, wanted, limit=LIMIT, order=order)
    )
    assert page.tasks == []
    assert page.looked_to is not None
    assert used <= A_LOOK


@pytest.mark.parametrize("order", BY_CREATION)
def test_what_an_index_answers_of_a_query_is_read_from_it(
    auditor: Connection, order: Order
) -> None:
    wanted = task_filter("type:none,type_0 status:REVOKED", datetime.now(UTC))
    used, page = buffers_of(
        auditor, lambda c: read_task_page(c, PROJECT, wanted, limit=LIMIT, order=order)
    )
    assert (page.tasks, page.looked_to) == ([], None)
    assert used <= A_PAGE


def test_a_search_that_fills_its_page_looks_no_further(auditor: Connection) -> None:
    wanted = TaskFilter(text="TASK")
    used, page = buffers_of(auditor, lambda c: read_task_page(c, PROJECT, wanted, limit=LIMIT))
    assert len(page.tasks) == LIMIT
    assert used <= A_PAGE


@pytest.mark.parametrize("order", list(Order))
def test_pages_of_a_search_meet(auditor: Connection, order: Order) -> None:
    wanted = TaskFilter(text=f"task {TASKS // 2 // 10}", statuses=ENDED)
    names = {task.task_name for task in list_tasks(auditor, PROJECT, wanted, limit=99, order=order)}
    assert len(names) == 11
    found: list[str] = []
    after: Position | None = None
    while True:
        page = read_task_page(auditor, PROJECT, wanted, limit=3, after=after, order=order)
        found += [task.task_name for task in page.tasks]
        if (after := page.looked_to) is None:
            break
    assert len(found) == 11
    assert set(found) == names


def test_named_tasks_are_looked_up_by_their_ids(auditor: Connection) -> None:
    tasks = list_tasks(auditor, PROJECT, TaskFilter(), limit=LIMIT)
    wanted = TaskFilter(task_ids=frozenset(task.task_id for task in tasks), text="task")
    used, page = buffers_of(auditor, lambda c: read_task_page(c, PROJECT, wanted, limit=LIMIT + 1))
    assert page.tasks == tasks
    assert page.looked_to is None
    assert used <= 4 * LIMIT + 20


def test_counts_are_kept_or_say_how_far_they_go(auditor: Connection) -> None:
    used, counts = buffers_of(auditor, lambda c: count_by_status(c, PROJECT, TaskFilter()))
    assert counts.since is None
    assert counts.by_status[Status.FAILURE] == TASKS // 100
    assert used <= 20
    newest = list_tasks(auditor, PROJECT, TaskFilter(), limit=LOOK)
    for wanted in (
        TaskFilter(text="task"),
        TaskFilter(since=newest[-1].created_at - timedelta(days=1)),
        TaskFilter(text="task", statuses=FAILED),
    ):
        used, counts = buffers_of(auditor, lambda c: count_by_status(c, PROJECT, wanted))  # noqa: B023
        assert counts.since == newest[-1].created_at
        assert sum(counts.by_status.values()) == LOOK
        assert used <= A_LOOK
    whole = count_by_status(auditor, PROJECT, TaskFilter(since=newest[LOOK // 2].created_at))
    assert (sum(whole.by_status.values()), whole.since) == (LOOK // 2 + 1, None)


def test_a_task_and_its_events_are_read_from_one_partition(
    filled: Database, auditor: Connection
) -> None:
    (task,) = list_tasks(auditor, PROJECT, TaskFilter(), limit=1)
    for ask in (read_task, read_events):
        used, _ = buffers_of(auditor, lambda c: ask(c, task.task_id))  # noqa: B023
        assert used <= 12
