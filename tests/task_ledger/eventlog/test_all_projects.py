"""A page over several projects, or all, reads as little as a page of one of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_filter import TaskFilter
from task_ledger.eventlog.task_list import (
    LOOK,
    count_by_status,
    list_tasks,
    read_task_page,
)
from task_ledger.eventlog.task_order import Order, Position
from task_ledger.eventlog.task_reach import Reach
from task_ledger.model.transitions import Status
from tests.task_ledger.eventlog.buffers import Connection, buffers_of
from tests.task_ledger.eventlog.filled import PROJECT, TASKS
from tests.task_ledger.eventlog.test_task_list_pages import A_LOOK, A_PAGE, LIMIT

BOTH = frozenset({"project-1", "project-2"})
AMONG_MANY = BOTH | {f"project without tasks {place}" for place in range(100)}
REACHES = [None, BOTH, AMONG_MANY, frozenset({PROJECT})]
BY_CREATION = [Order.NEWEST, Order.OLDEST]
FAILED = frozenset({Status.FAILURE})


def _expected(connection: Any, where: str, order: Order, limit: int) -> list[Any]:
    way = "DESC" if order is Order.NEWEST else "ASC"
    rows = connection.execute(
        f"SELECT task_id FROM task_ledger.task_record WHERE {where}"
        f" ORDER BY created_at {way}, task_id {way} LIMIT {limit}"
    )
    return [row[0] for row in rows.fetchall()]


@pytest.mark.parametrize("order", BY_CREATION)
@pytest.mark.parametrize("from_middle", [False, True])
@pytest.mark.parametrize("reach", [None, BOTH, AMONG_MANY], ids=["all", "both", "among many"])
@pytest.mark.parametrize(
    ("wanted", "where"),
    [(TaskFilter(), "true"), (TaskFilter(statuses=FAILED), "status = 'FAILURE'")],
    ids=["any", "failed"],
)
def test_a_page_of_several_projects_reads_what_it_shows(
    auditor: Connection,
    reach: Reach,
    wanted: TaskFilter,
    where: str,
    from_middle: bool,
    order: Order,
) -> None:
    after = None
    if from_middle:
        row = auditor.execute(
            "SELECT task_id FROM task_ledger.task_record WHERE task_name = %s",
            (f"task {TASKS // 2}",),
        ).fetchone()
        assert row is not None
        (task,) = list_tasks(auditor, None, TaskFilter(task_ids=frozenset({row[0]})), limit=1)
        after = Position.of(task, order)
        beyond = "<" if order is Order.NEWEST else ">"
        where += f" AND (created_at, task_id) {beyond} ('{task.created_at}', '{task.task_id}')"
    used, page = buffers_of(
        auditor,
        lambda c: read_task_page(c, reach, wanted, limit=LIMIT, after=after, order=order),
    )
    assert [task.task_id for task in page.tasks] == _expected(auditor, where, order, LIMIT)
    assert len({task.project_id for task in page.tasks}) == 2
    projects = 0 if reach is None else len(reach)
    assert used <= A_PAGE + 4 * (projects + len(Status))


@pytest.mark.parametrize("reach", REACHES, ids=["all", "both", "among many", "one"])
@pytest.mark.parametrize("query", ["nothing at all", "longer:3650d", "error:~nothing type:none*"])
def test_a_search_of_several_projects_says_how_far_it_looked(
    auditor: Connection, reach: Reach, query: str
) -> None:
    wanted = task_filter(query, datetime.now(UTC))
    everything = list_tasks(auditor, reach, TaskFilter(), limit=LOOK)
    used, page = buffers_of(auditor, lambda c: read_task_page(c, reach, wanted, limit=LIMIT))
    assert page.tasks == []
    assert page.looked_to == Position.of(everything[-1], Order.NEWEST)
    assert used <= A_LOOK + 4 * 110


def test_types_of_named_projects_are_found_by_an_index_and_those_of_all_by_looking(
    auditor: Connection,
) -> None:
    wanted = TaskFilter(task_types=frozenset({"none"}))
    used, page = buffers_of(auditor, lambda c: read_task_page(c, BOTH, wanted, limit=LIMIT))
    assert (page.tasks, page.looked_to) == ([], None)
    assert used <= 4 * 2 * len(Status)
    for reach in (None, AMONG_MANY):
        used, page = buffers_of(
            auditor,
            lambda c: read_task_page(c, reach, wanted, limit=LIMIT),  # noqa: B023
        )
        assert page.tasks == []
        assert page.looked_to is not None
        assert used <= A_LOOK + 4 * 110


@pytest.mark.parametrize("reach", REACHES, ids=["all", "both", "among many", "one"])
def test_counts_of_several_projects_read_no_record(auditor: Connection, reach: Reach) -> None:
    used, counts = buffers_of(auditor, lambda c: count_by_status(c, reach, TaskFilter()))
    projects = 1 if reach == frozenset({PROJECT}) else 2
    assert sum(counts.by_status.values()) == projects * TASKS
    assert counts.since is None
    assert used <= 40


def test_a_task_of_another_project_is_found_by_no_reach_but_its_own(auditor: Connection) -> None:
    row = auditor.execute(
        "SELECT task_id FROM task_ledger.task_record WHERE project_id = 'project-1' LIMIT 1"
    ).fetchone()
    assert row is not None
    wanted = TaskFilter(task_ids=frozenset({row[0]}))
    found = {
        reach: len(list_tasks(auditor, reach, wanted, limit=9))
        for reach in (None, BOTH, "project-1", "project-2", frozenset({"project-2"}))
    }
    assert list(found.values()) == [1, 1, 1, 0, 0]
    nobody = frozenset[str]()
    assert list_tasks(auditor, nobody, TaskFilter(), limit=9) == []
    assert sum(count_by_status(auditor, nobody, TaskFilter()).by_status.values()) == 0


@pytest.mark.parametrize("order", [order for order in Order if not order.by_creation])
def test_all_projects_are_listed_in_no_order_without_an_index(
    auditor: Connection, order: Order
) -> None:
    with pytest.raises(ValueError, match="no list of all projects"):
        read_task_page(auditor, None, TaskFilter(), limit=LIMIT, order=order)
    page = read_task_page(auditor, BOTH, TaskFilter(), limit=LIMIT, order=order)
    assert len(page.tasks) == LIMIT
