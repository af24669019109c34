"""A page of trees reads its first tasks only, though nearly all tasks of the project are children,
and the state of each tree reads a bounded part of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from bench.load.fill import fill
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_filter import TaskFilter
from task_ledger.eventlog.task_list import LOOK, count_by_status, list_tasks, read_task_page
from task_ledger.eventlog.task_order import Order
from task_ledger.eventlog.tree_state import MOST_BELOW, read_tree_states
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.transitions import Status
from tests.servers import Database, fresh_database
from tests.task_ledger.eventlog.buffers import Connection, buffers_of

PROJECT = "project-1"
TASKS = 12_000
BELOW = 1199
"""Tasks of each tree besides the first, more than are counted."""
TREES = TASKS // (BELOW + 1)
PAGE = 5
ROOTS = TaskFilter(roots=True)

_LINEAGE = """
WITH numbered AS (
    SELECT task_id, (row_number() OVER (PARTITION BY project_id ORDER BY created_at, task_id) - 1)
        / %(size)s AS tree
    FROM task_ledger.task_record),
firsts AS (SELECT DISTINCT ON (r.project_id, n.tree) r.project_id, n.tree, r.task_id
    FROM numbered AS n JOIN task_ledger.task_record AS r USING (task_id)
    ORDER BY r.project_id, n.tree, r.created_at, r.task_id)
UPDATE task_ledger.task_record AS r SET root_id = f.task_id, parent_id = f.task_id
FROM numbered AS n JOIN firsts AS f ON f.tree = n.tree
WHERE r.task_id = n.task_id AND r.project_id = f.project_id AND r.task_id <> f.task_id
    AND r.project_id = %(project)s
"""


@pytest.fixture(scope="module")
def of_trees(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Database]:
    """One project of few large trees, and one in which every task is alone, so that the database's
    statistics say that most tasks are first ones. Nothing may write to it."""
    with fresh_database(postgres, migrated_template) as database:
        with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
            fill(connection, projects=2, tasks=TASKS, months=2, now=datetime.now(UTC))
            connection.execute(_LINEAGE, {"size": BELOW + 1, "project": PROJECT})
        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE task_ledger.task_record")
        yield database


@pytest.fixture(params=["force_custom_plan", "force_generic_plan"])
def auditor(of_trees: Database, request: pytest.FixtureRequest) -> Iterator[Connection]:
    with psycopg.connect(of_trees.url_for("auditor"), autocommit=True) as connection:
        connection.execute(f"SET plan_cache_mode = {request.param}".encode())
        yield connection


def _first_tasks(connection: Any) -> list[Any]:
    rows = connection.execute(
        "SELECT task_id FROM task_ledger.task_record WHERE project_id = %s AND root_id IS NULL"
        " ORDER BY created_at DESC",
        (PROJECT,),
    )
    return [row[0] for row in rows.fetchall()]


@pytest.mark.parametrize("order", [Order.NEWEST, Order.OLDEST])
def test_a_page_of_trees_reads_their_first_tasks_only(auditor: Connection, order: Order) -> None:
    firsts = _first_tasks(auditor)
    assert len(firsts) == TREES
    expected = firsts if order is Order.NEWEST else firsts[::-1]
    used, page = buffers_of(
        auditor, lambda c: read_task_page(c, PROJECT, ROOTS, limit=PAGE, order=order)
    )
    assert [task.task_id for task in page.tasks] == expected[:PAGE]
    assert used <= 3 * PAGE + 20
    rest = read_task_page(auditor, PROJECT, ROOTS, limit=TREES, order=order, after=page.looked_to)
    assert [task.task_id for task in rest.tasks] == expected[PAGE:]


@pytest.mark.parametrize("query", ["is:root", "is:root type:type_0", "is:root error:~nothing"])
def test_a_query_for_first_tasks_looks_no_further_than_it_says(
    auditor: Connection, query: str
) -> None:
    wanted = task_filter(query, datetime.now(UTC))
    used, _ = buffers_of(auditor, lambda c: read_task_page(c, PROJECT, wanted, limit=PAGE))
    assert used <= 2 * LOOK
    found = list_tasks(auditor, PROJECT, wanted, limit=TREES)
    every = list_tasks(auditor, PROJECT, TaskFilter(), limit=TASKS)
    matching = [
        task
        for task in every
        if task.root_id is None
        and ("type_0" not in query or task.task_type == "type_0")
        and "nothing" not in query
    ]
    assert [task.task_id for task in found] == [task.task_id for task in matching]


@pytest.mark.parametrize("order", [order for order in Order if not order.by_creation])
def test_trees_by_end_and_duration_look_no_further_than_they_say(
    auditor: Connection, order: Order
) -> None:
    used, page = buffers_of(
        auditor, lambda c: read_task_page(c, PROJECT, ROOTS, limit=TREES + 1, order=order)
    )
    assert page.looked_to is not None
    assert used <= 2 * LOOK


def test_the_state_of_a_tree_reads_a_bounded_part_of_it(auditor: Connection) -> None:
    firsts = list_tasks(auditor, PROJECT, ROOTS, limit=PAGE)
    used, states = buffers_of(auditor, lambda c: read_tree_states(c, firsts))
    for state in states.values():
        assert sum(state.by_status.values()) == 1 + MOST_BELOW
        assert state.more
    # Several rows lie in one buffer. Reading whole trees takes 700 or more.
    assert used <= PAGE * MOST_BELOW / 4


def test_first_tasks_are_counted_apart(auditor: Connection) -> None:
    used, counts = buffers_of(auditor, lambda c: count_by_status(c, PROJECT, ROOTS))
    assert (sum(counts.by_status.values()), counts.since) == (TREES, None)
    assert used <= 3 * TREES + 20
    since = datetime.now(UTC) - timedelta(days=20)
    recent = count_by_status(auditor, PROJECT, TaskFilter(roots=True, since=since))
    assert 0 < sum(recent.by_status.values()) < TREES


def test_over_all_projects_pages_of_trees_meet(auditor: Connection) -> None:
    firsts = _first_tasks(auditor)
    wanted = TaskFilter(roots=True, statuses=frozenset({Status.SUCCESS, Status.FAILURE}))
    found = {task.task_id for task in list_tasks(auditor, None, wanted, limit=3 * TASKS)}
    assert found >= set(firsts)
    assert len(found) == TASKS + TREES
