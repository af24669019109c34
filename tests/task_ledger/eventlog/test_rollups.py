"""What happened over time, read from rollups."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from task_ledger.eventlog.database import query
from task_ledger.eventlog.rollups import (
    MAX_HOURS,
    Activity,
    ended,
    read_activity,
)
from task_ledger.model.rollup import ERROR, slot_of
from tests.task_ledger.eventlog.buffers import buffers_of

Connection = psycopg.Connection[Any]
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)

ADD = """
INSERT INTO task_ledger.task_rollup (
    hour, bucket, shard, project_id, task_type, registered, completed, failed_error, duration
)
VALUES (%s, 202603, 1, %s, %s, 1, %s, %s, %s::text::integer[])"""


def add(
    writer: Connection, hour: int, seconds: float, runs: int, *, project: str = "p", **other: Any
) -> None:
    """One hour of a type, and of all projects."""
    slot = slot_of(round(seconds * 1e6))
    for of in (project, ""):
        writer.execute(
            ADD,
            (
                BEGIN + hour * HOUR,
                of,
                other.get("task_type", "mail"),
                runs,
                other.get("failed", 0),
                f"[{slot}:{slot}]={{{runs}}}",
            ),
        )


def activity(reader: Connection, reach: Any = None, hours: int = 24, **options: Any) -> Activity:
    return read_activity(
        reader,
        reach,
        since=BEGIN,
        until=BEGIN + hours * HOUR,
        **{"step": HOUR, **options},
    )


def test_each_stretch_has_its_counts_and_percentiles(
    writer: Connection, reader: Connection
) -> None:
    add(writer, 0, 1.0, 90)
    add(writer, 1, 100.0, 10, failed=2)
    add(writer, 5, 3.0, 7)
    found = activity(reader, "p", step=2 * HOUR)
    assert [slot.begin for slot in found.slots] == [BEGIN, BEGIN + 4 * HOUR]
    first = found.slots[0]
    assert (first.counts["completed"], first.counts["failed_error"]) == (100, 2)
    assert ended(first.counts) == 102
    assert first.duration.count == 100
    assert first.duration.p50 == pytest.approx(1.0, rel=ERROR)
    assert first.duration.p95 == pytest.approx(100.0, rel=ERROR)
    assert first.waiting.p50 is None


def test_types_are_listed_by_what_ended_and_slots_show_one(
    writer: Connection, reader: Connection
) -> None:
    add(writer, 0, 1.0, 5)
    add(writer, 0, 60.0, 9, task_type="report")
    found = activity(reader, "p", task_type="mail")
    assert [slot.counts["completed"] for slot in found.slots] == [5]
    assert [(one.task_type, ended(one.counts)) for one in found.types] == [
        ("report", 9),
        ("mail", 5),
    ]
    assert not found.more_types


def test_only_reached_projects_count(writer: Connection, reader: Connection) -> None:
    add(writer, 0, 1.0, 5)
    add(writer, 1, 1.0, 3, project="q")
    for reach, runs in ((None, 8), ("p", 5), (frozenset({"q"}), 3), (frozenset(), 0)):
        assert sum(slot.counts["completed"] for slot in activity(reader, reach).slots) == runs


def test_what_is_outside_of_the_range_is_left_out(writer: Connection, reader: Connection) -> None:
    for hour in (-1, 0, 2):
        add(writer, hour, 1.0, 1)
    assert [slot.begin for slot in activity(reader, "p", hours=2).slots] == [BEGIN]


def test_the_longest_range_reads_a_bounded_number_of_rows(
    writer: Connection, reader: Connection
) -> None:
    writer.execute(
        "INSERT INTO task_ledger.task_rollup"
        " (hour, bucket, shard, project_id, task_type, completed, duration)"
        " SELECT %s + make_interval(hours => h), 202603, 1, p, 't' || t, 5, '[40:42]={1,2,2}'"
        " FROM generate_series(0, 24 * 100) AS h, generate_series(1, 5) AS t,"
        " unnest(ARRAY['', 'p', 'q', 'r']) AS p",
        (BEGIN,),
    )
    writer.execute("VACUUM ANALYZE task_ledger.task_rollup")
    buffers, found = buffers_of(reader, lambda c: activity(c, "p", hours=MAX_HOURS))
    assert len(found.slots) == MAX_HOURS
    assert buffers < 5 * MAX_HOURS
    asked = {
        "projects": ["p"],
        "since": BEGIN,
        "until": BEGIN + MAX_HOURS * HOUR,
        "step": HOUR,
        "task_type": None,
    }
    rows = reader.execute(query("rollup_histograms"), asked).fetchall()
    assert len(rows) == (MAX_HOURS + 5) * 3
