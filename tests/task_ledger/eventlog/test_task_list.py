"""Lists and timelines as the library reads them, on records and numbers that are there."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from task_ledger.eventlog.read import read_events
from task_ledger.eventlog.task_list import (
    TaskFilter,
    count_by_status,
    folded_version,
    list_tasks,
    pattern,
)
from task_ledger.eventlog.task_order import Order, Position
from task_ledger.eventlog.timeline import (
    LAST,
    Page,
    read_new,
    read_page,
    read_timeline,
    timeline_head,
)
from task_ledger.model.events import Registered
from task_ledger.model.fold import fold_all
from task_ledger.model.ids import new_task_id
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status
from tests.servers import Database

Connection = psycopg.Connection[Any]


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


def _registered(owner: Connection, project: str, name: str = "a task") -> UUID:
    """A task with its record and its number, as a projector would have written them."""
    task_id = new_task_id()
    owner.execute(
        "SELECT task_ledger.register(%s, %s, 'ops', %s, %s::json, 1, NULL, NULL)",
        (task_id, project, datetime.now(UTC), Registered(task_type="t", name=name).to_json()),
    )
    events = read_events(owner, task_id)
    record = fold_all(None, events)
    assert record is not None
    owner.execute(
        "INSERT INTO task_ledger.task_record"
        " SELECT * FROM json_populate_record(NULL::task_ledger.task_record, %s::json)",
        (_json(record),),
    )
    owner.execute(
        "INSERT INTO task_ledger.project_head AS h VALUES (%s, 1)"
        " ON CONFLICT (project_id) DO UPDATE SET seq = h.seq + 1",
        (project,),
    )
    owner.execute(
        "INSERT INTO task_ledger.project_timeline"
        " SELECT seq, %s, 1, 'registered', task_ledger.bucket_of(%s), id, %s, project_id"
        " FROM task_ledger.project_head WHERE project_id = %s",
        (record.created_at, task_id, task_id, project),
    )
    owner.execute(
        "INSERT INTO task_ledger.project_bucket AS b"
        " SELECT project_id, bucket, min(seq), max(seq) FROM task_ledger.project_timeline"
        " WHERE project_id = %s GROUP BY 1, 2"
        " ON CONFLICT (project_id, bucket) DO UPDATE SET last_seq = excluded.last_seq",
        (project,),
    )
    return task_id


def _json(record: TaskRecord) -> str:
    from dataclasses import asdict

    return json.dumps(asdict(record), default=str)


def test_pages_go_on_behind_a_position_even_among_tasks_of_the_same_moment(
    owner: Connection,
) -> None:
    ids = {_registered(owner, "p") for _ in range(7)}
    owner.execute("UPDATE task_ledger.task_record SET created_at = '2026-11-23T12:00:00Z'")
    found: list[UUID] = []
    behind = None
    while page := list_tasks(owner, "p", TaskFilter(), limit=2, after=behind):
        found += [record.task_id for record in page]
        behind = Position.of(page[-1], Order.NEWEST)
    assert len(found) == 7
    assert set(found) == ids


@pytest.mark.parametrize("order", list(Order))
def test_pages_of_every_order_go_on_behind_a_position_by_an_index(
    owner: Connection, order: Order
) -> None:
    for _ in range(9):
        _registered(owner, "p")
    # Three of a kind, so that ids have to tell them apart; one never started.
    owner.execute(
        "UPDATE task_ledger.task_record AS r SET"
        " started_at = CASE WHEN n <> 1 THEN created_at + n % 3 * interval '1 s' END,"
        " completed_at = CASE WHEN n <> 2 THEN created_at + n / 3 * interval '25 h' END"
        " FROM (SELECT task_id AS id, row_number() OVER (ORDER BY task_id) AS n"
        "       FROM task_ledger.task_record) AS numbered WHERE numbered.id = r.task_id"
    )
    found: list[UUID] = []
    behind = None
    while page := list_tasks(owner, "p", TaskFilter(), limit=2, after=behind, order=order):
        found += [record.task_id for record in page]
        behind = Position.of(page[-1], order)
    by = {
        Order.NEWEST: "created_at",
        Order.OLDEST: "created_at",
        Order.LAST_ENDED: "completed_at",
        Order.FIRST_ENDED: "completed_at",
        Order.LONGEST: "completed_at - coalesce(started_at, completed_at)",
        Order.SHORTEST: "completed_at - coalesce(started_at, completed_at)",
    }[order]
    down = order in {Order.NEWEST, Order.LAST_ENDED, Order.LONGEST}
    rows = owner.execute(
        f"SELECT task_id FROM task_ledger.task_record WHERE ({by}) IS NOT NULL"  # type: ignore[arg-type]
        f" ORDER BY ({by}) {'DESC' if down else ''}, task_id {'DESC' if down else ''}"
    ).fetchall()
    assert found == [task_id for (task_id,) in rows]
    assert len(found) == (9 if by == "created_at" else 8)


@pytest.mark.parametrize("order", list(Order))
def test_no_order_sorts_what_an_index_has_sorted(owner: Connection, order: Order) -> None:
    owner.execute("SET enable_seqscan = off")
    owner.execute("SET enable_bitmapscan = off")
    plans: list[str] = []

    class Explained:
        def execute(self, statement: str, parameters: dict[str, Any], **_: Any) -> Any:
            told = owner.execute("EXPLAIN " + statement, parameters)  # type: ignore[arg-type]
            plans.extend(line for (line,) in told.fetchall())
            return owner.execute("SELECT NULL LIMIT 0")

    list_tasks(Explained(), "p", TaskFilter(), limit=9, order=order)  # type: ignore[arg-type]
    plan = "\n".join(plans)
    assert "Index" in plan
    assert "Sort" not in plan, plan


def test_a_list_is_one_projects(owner: Connection) -> None:
    mine = _registered(owner, "p")
    _registered(owner, "q")
    assert [r.task_id for r in list_tasks(owner, "p", TaskFilter(), limit=9)] == [mine]
    counts = count_by_status(owner, "p", TaskFilter())
    assert counts.by_status == dict.fromkeys(Status, 0) | {Status.PENDING: 1}
    assert list_tasks(owner, "none", TaskFilter(), limit=9) == []


def test_since_includes_its_moment(owner: Connection) -> None:
    _registered(owner, "p")
    (record,) = list_tasks(owner, "p", TaskFilter(), limit=9)
    at = TaskFilter(since=record.created_at)
    later = TaskFilter(since=record.created_at + timedelta(microseconds=1))
    assert len(list_tasks(owner, "p", at, limit=9)) == 1
    assert list_tasks(owner, "p", later, limit=9) == []


def test_the_counts_that_are_kept_are_those_of_the_records(owner: Connection) -> None:
    for project in "ppq":
        _registered(owner, project)
    everything = TaskFilter(since=datetime(2000, 1, 1, tzinfo=UTC))

    def both(project: str) -> dict[Status, int]:
        kept = count_by_status(owner, project, TaskFilter())
        assert kept == count_by_status(owner, project, everything), "counted one by one"
        by_type = count_by_status(owner, project, TaskFilter(task_types=frozenset({"t"})))
        assert by_type == kept
        return {status: count for status, count in kept.by_status.items() if count}

    assert both("p") == {Status.PENDING: 2}
    owner.execute("UPDATE task_ledger.task_record SET status = 'SUCCESS' WHERE project_id = 'p'")
    assert both("p") == {Status.SUCCESS: 2}
    owner.execute("UPDATE task_ledger.task_record SET project_id = 'q', step = 'moved'")
    assert (both("p"), both("q")) == ({}, {Status.SUCCESS: 2, Status.PENDING: 1})
    other = TaskFilter(task_types=frozenset({"u"}))
    assert set(count_by_status(owner, "q", other).by_status.values()) == {0}
    owner.execute("DELETE FROM task_ledger.task_record WHERE status = 'PENDING'")
    assert both("q") == {Status.SUCCESS: 2}
    with owner.transaction(force_rollback=True):
        owner.execute("DELETE FROM task_ledger.task_record")
        assert both("q") == {}
    assert both("q") == {Status.SUCCESS: 2}
    owner.execute("TRUNCATE task_ledger.task_record")
    assert both("q") == {}


def test_text_stands_for_itself() -> None:
    assert pattern(None) is None
    assert pattern("50%_\\") == "%50\\%\\_\\\\%"


def test_how_far_a_list_knows_a_task(owner: Connection) -> None:
    task_id = _registered(owner, "p")
    assert folded_version(owner, "p", task_id) == 1
    assert folded_version(owner, "p", new_task_id()) == 0
    assert folded_version(owner, "q", task_id) == 0


def test_timelines_are_read_behind_cursors_of_their_own(owner: Connection) -> None:
    for project, count in (("p", 3), ("q", 5), ("r", 0)):
        for _ in range(count):
            _registered(owner, project)
    assert [timeline_head(owner, project).seq for project in "pqr"] == [3, 5, 0]
    found = read_new(owner, {"p": 1, "q": 4, "r": 0}, limit=10)
    assert {p: [e.seq for e in entries] for p, entries in found.items()} == {"p": [2, 3], "q": [5]}
    assert [e.seq for e in read_new(owner, {"q": 0}, limit=2)["q"]] == [1, 2]
    assert read_new(owner, {"p": 3}, limit=10) == {}


def test_a_timelines_bounds_are_excluded(owner: Connection) -> None:
    for _ in range(5):
        _registered(owner, "p")
    entries = read_timeline(owner, "p", after=1, before=5, limit=10)
    assert [entry.seq for entry in entries] == [2, 3, 4]
    newest = read_timeline(owner, "p", limit=2, newest_first=True)
    assert [entry.seq for entry in newest] == [5, 4]
    assert newest[0].task_name == "a task"


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_page_goes_on_behind_numbers_that_are_gone(
    owner: Connection, database: Database, newest_first: bool
) -> None:
    for _ in range(6):
        _registered(owner, "p")
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM task_ledger.project_timeline WHERE seq IN (3, 4)")
    after, before = (0, 5) if newest_first else (2, LAST)
    page = read_page(owner, "p", after=after, before=before, limit=2, newest_first=newest_first)
    assert page == Page([], 3 if newest_first else 4)
    entries = read_timeline(
        owner, "p", after=after, before=before, limit=9, newest_first=newest_first
    )
    assert [entry.seq for entry in entries] == ([2, 1] if newest_first else [5, 6])


def test_an_event_that_could_not_be_folded_keeps_its_place(owner: Connection) -> None:
    _registered(owner, "p")
    owner.execute("DELETE FROM task_ledger.task_record")
    (entry,) = read_timeline(owner, "p", limit=10)
    assert (entry.seq, entry.task_type, entry.task_name) == (1, None, None)
