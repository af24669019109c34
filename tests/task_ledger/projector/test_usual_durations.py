"""How long runs of a type usually take: computed from the last days, and found by `is:slow`."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_list import list_tasks
from task_ledger.eventlog.usual_durations import LEAST_RUNS, UsualDuration, read_usual, usual_of
from task_ledger.model.record import TaskRecord
from task_ledger.model.rollup import ERROR, slot_of
from task_ledger.projector import usual_durations
from task_ledger.projector.usual_durations import UsualDurations
from tests.servers import Database
from tests.task_ledger.projector.log import (
    complete,
    drain,
    projector,
    projector_connection,
    record,
    register,
    start,
)

ROLLUP = """
INSERT INTO task_ledger.task_rollup
    (hour, bucket, shard, project_id, task_type, completed, duration)
SELECT date_trunc('hour', now(), 'UTC') - make_interval(hours => %s), 202603, 1, %s, %s, %s,
    %s::text::integer[]"""


@pytest.fixture
def ticker(database: Database) -> Iterator[Connection[Any]]:
    with closing(projector_connection(database)) as connection:
        yield connection


@pytest.fixture
def usual(ticker: Connection[Any]) -> UsualDurations:
    return UsualDurations(ticker)


def ran(writer: Connection[Any], seconds: float, runs: int, *, hours: int = 0, **of: str) -> None:
    """So many runs that took as long, some hours ago."""
    slot = slot_of(round(seconds * 1e6))
    row = (of.get("project", "p"), of.get("task_type", "test"))
    writer.execute(ROLLUP, (hours, *row, runs, f"[{slot}:{slot}]={{{runs}}}"))


def stored(writer: Connection[Any]) -> dict[tuple[str, str], tuple[int, float]]:
    rows = writer.execute(
        "SELECT project_id, task_type, runs, p95_s FROM task_ledger.usual_duration"
    ).fetchall()
    return {(project, name): (runs, p95) for project, name, runs, p95 in rows}


@pytest.fixture
def running(writer: Connection[Any], ticker: Connection[Any]) -> TaskRecord:
    """A task that runs, of a project with a timeline."""
    task_id = register(writer)
    start(writer, task_id)
    drain(projector(ticker))
    found = record(writer, task_id)
    assert found is not None
    return found


@pytest.mark.usefixtures("running")
def test_the_usual_duration_is_that_of_the_runs_of_the_last_days(
    writer: Connection[Any], usual: UsualDurations
) -> None:
    ran(writer, 5000.0, 1000, hours=24 * 8)
    ran(writer, 2.0, 96, hours=30)
    ran(writer, 900.0, 4, hours=1)
    assert usual.tick() == 1
    assert stored(writer)["p", "test"] == (100, pytest.approx(2.0, rel=ERROR))
    ran(writer, 900.0, 2)
    assert usual.tick() == 0, "it was computed a moment ago"
    assert usual.tick(every_s=0) == 1
    assert stored(writer)["p", "test"] == (102, pytest.approx(900.0, rel=ERROR))


@pytest.mark.usefixtures("running")
def test_old_runs_stop_counting_without_new_ones(
    writer: Connection[Any], usual: UsualDurations
) -> None:
    ran(writer, 2.0, 30, hours=24 * 6)
    usual.tick()
    writer.execute("UPDATE task_ledger.task_rollup SET hour = hour - interval '2 days'")
    assert usual.tick(every_s=0) == 0
    writer.execute("UPDATE task_ledger.usual_duration SET updated_at = now() - interval '25 hours'")
    assert usual.tick() == 1
    assert stored(writer) == {}


@pytest.mark.usefixtures("running")
def test_a_tick_computes_so_many_and_the_next_one_the_others(
    writer: Connection[Any], usual: UsualDurations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usual_durations, "MOST", 2)
    for name in "abc":
        ran(writer, 2.0, 30, hours=50, task_type=name)
    assert [usual.tick(), usual.tick(), usual.tick()] == [2, 1, 0]
    assert set(stored(writer)) == {("p", name) for name in "abc"}


def test_what_the_projector_counted_is_what_is_usual(
    writer: Connection[Any], ticker: Connection[Any], usual: UsualDurations
) -> None:
    for _ in range(3):
        task_id = register(writer)
        complete(writer, task_id, start(writer, task_id))
    drain(projector(ticker))
    assert usual.tick() == 1
    assert stored(writer)["p", "test"][0] == 3


def test_a_task_is_slow_when_it_runs_longer_than_usual(
    database: Database, writer: Connection[Any], usual: UsualDurations, running: TaskRecord
) -> None:
    ran(writer, 60.0, LEAST_RUNS)
    usual.tick()
    now = datetime.now(UTC)

    def slow(query: str = "is:slow") -> list[TaskRecord]:
        return list_tasks(reader, "p", task_filter(query, now), limit=9)

    with psycopg.connect(database.url_for("auditor"), autocommit=True) as reader:
        told = read_usual(reader, [running])
        assert told["p", "test"].runs == LEAST_RUNS
        assert slow() == []
        assert [task.task_id for task in slow("-is:slow")] == [running.task_id]
        writer.execute(
            "UPDATE task_ledger.task_record SET attempt_started_at = %s",
            (now - timedelta(seconds=60 * (1 + 2 * ERROR)),),
        )
        assert [task.task_id for task in slow()] == [running.task_id]
        assert slow("-is:slow") == []
        # Too few runs to compare with.
        writer.execute("UPDATE task_ledger.usual_duration SET runs = runs - 1")
        assert slow() == []
        assert read_usual(reader, [running]) == {}


def test_only_a_task_that_runs_has_a_usual_duration(running: TaskRecord) -> None:
    known = {("p", "test"): UsualDuration(30, 2.0, datetime.now(UTC))}
    assert usual_of(running, known) == known["p", "test"]
    ended = task_filter("is:slow", datetime.now(UTC))
    assert {str(status) for status in ended.statuses} == {"STARTED", "PROGRESS"}
