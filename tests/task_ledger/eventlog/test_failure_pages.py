"""Pages of groups of failures and of their tasks: complete, and read from an index."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import psycopg
import pytest

from task_ledger.eventlog.failures import FailureGroup, FailurePlace, FailureState, read_failures
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_list import count_by_status, list_tasks, read_task_page
from task_ledger.eventlog.task_order import Order
from task_ledger.eventlog.task_reach import Reach
from task_ledger.model.transitions import Status
from task_ledger.projector.follower import Follower
from tests.servers import Database
from tests.task_ledger.eventlog.buffers import buffers_of
from tests.task_ledger.eventlog.failing import fail, groups
from tests.task_ledger.projector.log import drain

Connection = psycopg.Connection[Any]


def test_pages_of_groups_go_on_where_the_last_one_ended(
    writer: Connection, reader: Connection, follower: Follower
) -> None:
    for place in range(7):
        fail(writer, "no scale bar", project="pq"[place % 2], place=f"shop.{'abcdefg'[place]}")
    drain(follower)
    for reach in (None, "p", frozenset({"p", "q"})):
        whole = groups(reader, reach)
        found: list[FailureGroup] = []
        after = None
        while page := read_failures(reader, reach, now=datetime.now(UTC), limit=2, after=after):
            found += page
            last = page[-1]
            after = FailurePlace(last.last_at, last.project_id, last.fingerprint)
        assert found == whole
        assert len(whole) == (4 if reach == "p" else 7)


MANY = 20_000
A_PAGE = 50


@pytest.fixture
def many(database: Database, writer: Connection) -> Database:
    """As many groups in each of two projects, one in ten open, and as many failed tasks in one."""
    writer.execute(
        f"""
        INSERT INTO task_ledger.failure_group
        SELECT 'p' || n % 2, to_hex(n), 'test', 'ValueError', 'shop.find', now(),
            now() - make_interval(secs => n), 1, gen_random_uuid(),
            CASE WHEN n % 20 > 1 THEN now() END
        FROM generate_series(1, {2 * MANY}) AS n
        """.encode()
    )
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE task_ledger.failure_group")
    return database


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
def test_a_page_of_groups_reads_what_it_shows(
    many: Database, reader: Connection, mode: str
) -> None:
    reader.execute(f"SET plan_cache_mode = {mode}".encode())
    middle = FailurePlace(datetime.now(UTC) - timedelta(seconds=MANY), "p0", "")
    reaches: list[Reach] = [None, "p0", frozenset({"p0", "p1", "none"})]
    for reach, state, after in product(reaches, FailureState, (None, middle)):
        ask = partial(
            read_failures,
            reach=reach,
            now=datetime.now(UTC),
            limit=A_PAGE,
            state=state,
            after=after,
        )
        used, page = buffers_of(reader, ask)
        assert len(page) == A_PAGE
        # A group, its task, who handled it, its hours; twice the groups for two projects.
        assert used <= A_PAGE * 9 + 40, (reach, state, after, used)


def test_the_tasks_of_a_group_are_read_from_an_index(
    database: Database, writer: Connection, reader: Connection, follower: Follower
) -> None:
    rare = [fail(writer, "no title block") for _ in range(3)]
    common = fail(writer, "no scale bar")
    drain(follower)
    writer.execute(
        """
        INSERT INTO task_ledger.task_record
        SELECT (json_populate_record(r, json_build_object('task_id', gen_random_uuid(),
            'created_at', now() - make_interval(secs => n)))).*
        FROM task_ledger.task_record AS r, generate_series(1, 5000) AS n WHERE r.task_id = %s
        """,
        (common,),
    )
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE task_ledger.task_record")
    by_tasks = {g.tasks: g.fingerprint for g in groups(reader)}
    for query, expected in (
        (f"fingerprint:{by_tasks[3]}", 3),
        (f"fingerprint:{by_tasks[5001]}", 50),
        (f"fingerprint:{by_tasks[3]},{by_tasks[5001]}", 50),
        ("fingerprint:0000", 0),
    ):
        wanted = task_filter(query, datetime.now(UTC))
        for reach in (None, "p", frozenset({"p", "q"})):
            for order in (Order.NEWEST, Order.OLDEST):
                used, page = buffers_of(
                    reader,
                    lambda c: read_task_page(c, reach, wanted, limit=50, order=order),  # noqa: B023
                )
                assert len(page.tasks) == expected
                assert used <= 3 * 50 + 20, (query, reach, order, used)
    wanted = task_filter(f"fingerprint:{by_tasks[3]}", datetime.now(UTC))
    assert {t.task_id for t in list_tasks(reader, "p", wanted, limit=9)} == set(rare)
    assert count_by_status(reader, "p", wanted).by_status[Status.FAILURE] == 3
    assert list_tasks(reader, "q", wanted, limit=9) == []
    negated = task_filter(f"-fingerprint:{by_tasks[5001]}", datetime.now(UTC))
    assert {t.task_id for t in list_tasks(reader, "p", negated, limit=9)} == set(rare)
