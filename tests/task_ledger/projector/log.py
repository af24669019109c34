"""Writing to the log in tests, and looking at what the projector made of it."""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import Connection, sql

from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.append_result import AppendResult
from task_ledger.eventlog.read import read_events, record_of
from task_ledger.model.events import Completed, EventData, Progress, Registered, Started
from task_ledger.model.fold import fold_all
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.record import TaskRecord
from task_ledger.projector.database import connect
from task_ledger.projector.follower import PROJECTOR, Follower, Tick
from task_ledger.projector.projection import Projection
from tests.servers import Database

REGISTER = """
SELECT * FROM task_ledger.register(%s, %s, 'tester', %s, %s::json, 1, NULL, NULL)"""


def owner(database: Database, *, autocommit: bool = True) -> Connection[Any]:
    """A connection that may write anything the ledger's functions allow."""
    return psycopg.connect(database.url_for("owner"), autocommit=autocommit)


def register(
    connection: Connection[Any], project_id: str = "p", task_id: UUID | None = None
) -> UUID:
    """Register a task in the connection's transaction."""
    task_id = task_id or new_task_id()
    data = Registered(task_type="test", name="a test").to_json()
    connection.execute(REGISTER, (task_id, project_id, datetime.now(UTC), data))
    return task_id


def say(
    connection: Connection[Any], task_id: UUID, claim: UUID, data: EventData, attempt: int = 1
) -> AppendResult:
    """Append one event of an attempt in the connection's transaction."""
    return append(connection, Append(task_id, claim, attempt, "tester", data))


def start(connection: Connection[Any], task_id: UUID) -> UUID:
    """Start the first attempt; returns its claim."""
    claim = new_claim()
    say(connection, task_id, claim, Started(worker="w", host="h", pid=1))
    return claim


def report(connection: Connection[Any], task_id: UUID, claim: UUID, percent: float) -> None:
    """Append progress."""
    say(connection, task_id, claim, Progress(percent=percent, step="working"))


def complete(connection: Connection[Any], task_id: UUID, claim: UUID) -> None:
    """Append the end."""
    say(connection, task_id, claim, Completed(result={"ok": True}))


def projector(connection: Connection[Any]) -> Follower:
    """The projector, ticked by hand."""
    return Follower(connection, PROJECTOR, Projection(connection).handle)


def projector_connection(database: Database) -> Connection[Any]:
    """A connection as the service opens it, with its role."""
    return connect(database.url_for("projector"), "test")


def drain(follower: Follower, most: int = 1000) -> list[Tick]:
    """Tick until there is nothing to do."""
    ticks: list[Tick] = []
    for _ in range(most):
        ticks.append(follower.tick())
        if not ticks[-1].worked:
            return ticks
    raise AssertionError(f"still work to do after {most} ticks")


def record(connection: Connection[Any], task_id: UUID) -> TaskRecord | None:
    """The stored record, which may be behind."""
    row = connection.execute(
        "SELECT to_json(r) FROM task_ledger.task_record r WHERE task_id = %s", (task_id,)
    ).fetchone()
    return record_of(row[0]) if row else None


def timeline(connection: Connection[Any], project_id: str = "p") -> list[tuple[UUID, int]]:
    """(task, version) in the timeline's order; the numbers must run from 1 without a gap."""
    rows = connection.execute(
        "SELECT seq, task_id, version FROM task_ledger.project_timeline"
        " WHERE project_id = %s ORDER BY seq",
        (project_id,),
    ).fetchall()
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    return [(row[1], row[2]) for row in rows]


def gaps(connection: Connection[Any]) -> list[list[int | None]]:
    """All remembered gaps."""
    rows = connection.execute(
        "SELECT gaps || old_gaps FROM task_ledger.checkpoint ORDER BY shard"
    ).fetchall()
    return [gap for row in rows for gap in row[0]]


def assert_projected(connection: Connection[Any]) -> None:
    """Every record is the fold of its events, and every event has its place in a timeline."""
    events = connection.execute(
        "SELECT task_id, version, project_id FROM task_ledger.task_event"
    ).fetchall()
    tasks = {row[0] for row in events}
    for task_id in tasks:
        assert record(connection, task_id) == fold_all(None, read_events(connection, task_id))
    assert _count(connection, "task_record") == len(tasks)
    assert_counted(connection)
    assert_rolled_up(connection)
    numbered: list[tuple[UUID, int]] = []
    for project_id in {row[2] for row in events}:
        numbered += timeline(connection, project_id)
    assert sorted(numbered) == sorted((row[0], row[1]) for row in events)
    assert_in_order(numbered)
    assert_bounded(connection)


def assert_bounded(connection: Connection[Any]) -> None:
    """The stored ends of each timeline, and of each of its partitions, are those of its rows."""
    kept = connection.execute(
        "SELECT project_id, bucket, first_seq, last_seq FROM task_ledger.project_bucket"
        " UNION ALL SELECT project_id, NULL, 1, seq FROM task_ledger.project_head"
    ).fetchall()
    found = connection.execute(
        "SELECT project_id, bucket, min(seq), max(seq) FROM task_ledger.project_timeline"
        " GROUP BY GROUPING SETS ((project_id, bucket), (project_id))"
    ).fetchall()
    assert sorted(kept, key=str) == sorted(found, key=str)
    strays = connection.execute(
        "SELECT FROM task_ledger.project_timeline"
        " WHERE bucket IS DISTINCT FROM task_ledger.bucket_of(task_id)"
    ).fetchall()
    assert strays == []


def assert_counted(connection: Connection[Any]) -> None:
    """The counts that are kept are those of the records."""
    kept = connection.execute(
        "SELECT project_id, task_type, status, tasks FROM task_ledger.task_count WHERE tasks <> 0"
    ).fetchall()
    counted = connection.execute(
        "SELECT project_id, task_type, status, count(*) FROM task_ledger.task_record GROUP"
        " BY 1, 2, 3"
    ).fetchall()
    assert sorted(kept) == sorted(counted)


def assert_rolled_up(connection: Connection[Any]) -> None:
    """The rollups are what the events say, counted by the database."""
    kept = rollups(connection, "task_ledger.task_rollup")
    counted = rollups(
        connection, "generate_series(0, 15) AS s CROSS JOIN task_ledger.rollups_of(s)"
    )
    assert kept == counted


def recount_rollups(connection: Connection[Any]) -> None:
    """As a rebuild does, after an owner has deleted records: their events are counted again."""
    connection.execute("SELECT task_ledger.recount_rollups(s) FROM generate_series(0, 15) AS s")


def rollups(connection: Connection[Any], source: LiteralString) -> list[str]:
    """Rollups without what is zero, in an order."""
    rows = connection.execute(
        "SELECT (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(r) - 'waiting' -"
        " 'duration' - 's') WHERE value <> '0') || jsonb_build_object('waiting', (SELECT"
        " jsonb_object_agg(n, waiting[n]) FROM generate_subscripts(waiting, 1) AS n WHERE"
        " waiting[n] <> 0), 'duration', (SELECT jsonb_object_agg(n, duration[n]) FROM"
        " generate_subscripts(duration, 1) AS n WHERE duration[n] <> 0))"
        f" FROM (SELECT * FROM {source}) AS r"
    ).fetchall()
    return sorted(str(sorted(row[0].items())) for row in rows)


def assert_in_order(numbered: Iterable[tuple[UUID, int]]) -> None:
    """A task's versions come in their order."""
    last: dict[UUID, int] = {}
    for task_id, version in numbered:
        assert version == last.get(task_id, 0) + 1
        last[task_id] = version


def _count(connection: Connection[Any], table: str) -> int:
    statement = sql.SQL("SELECT count(*) FROM task_ledger.{}").format(sql.Identifier(table))
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def count(database: Database, table: str) -> int:
    """How many rows a table of the ledger has."""
    with closing(owner(database)) as connection:
        return _count(connection, table)


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for a condition."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "the condition did not come true"
        sleep(0.02)
