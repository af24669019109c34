"""Every event counts once in the hour in which it was recorded, whatever happens to projectors."""

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection

from task_ledger.eventlog.append import Append, append, note
from task_ledger.model.events import Failed, Noted, Registered, Retrying, Started
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import FailureReason, RetryReason
from task_ledger.projector.database import query
from task_ledger.projector.follower import PROJECTOR, Follower, Row
from task_ledger.projector.projection import Projection
from task_ledger.projector.quarantine import retry
from task_ledger.projector.rebuild import rebuild
from tests.servers import Database
from tests.task_ledger.projector.log import (
    REGISTER,
    assert_rolled_up,
    complete,
    drain,
    projector,
    projector_connection,
    register,
    report,
    rollups,
    say,
    start,
)


@pytest.fixture
def reader(database: Database) -> Iterator[Connection[Any]]:
    with closing(projector_connection(database)) as connection:
        yield connection


def total(connection: Connection[Any], measure: str) -> int:
    """A count of all projects and times."""
    row = connection.execute(
        "SELECT coalesce(sum((to_jsonb(r) ->> %s)::bigint), 0) FROM task_ledger.task_rollup AS r"
        " WHERE r.project_id = '' AND r.hour = '-infinity'",
        (measure,),
    ).fetchone()
    assert row is not None
    return int(row[0])


def retrying(writer: Connection[Any], task_id: UUID, claim: UUID, reason: RetryReason) -> None:
    due_at = datetime.now(UTC) + timedelta(milliseconds=1)
    data = Retrying(reason=reason, countdown_s=0.001)
    append(writer, Append(task_id, claim, 1, "tester", data, due_at=due_at))


def test_a_life_is_counted_by_what_happened_in_it(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    task_id, second = register(writer), register(writer)
    claim = start(writer, second)
    report(writer, second, claim, 10)
    retrying(writer, second, claim, RetryReason.WORKER_LOST)
    again = new_claim()
    say(writer, second, again, Started(worker="w", host="h", pid=1), attempt=2)
    note(writer, second, "w@h", Noted(kind="late_write_refused"))
    note(writer, second, "tester", Noted(kind="comment", message="look"))
    say(writer, second, again, Failed(reason=FailureReason.TIMEOUT), attempt=2)
    complete(writer, task_id, start(writer, task_id))
    drain(projector(reader))
    found = {
        name: total(reader, name)
        for name in (
            "registered",
            "started",
            "completed",
            "failed_timeout",
            "failed_error",
            "retrying_worker_lost",
            "noted_late_write_refused",
            "noted_duplicate_delivery_refused",
        )
    }
    assert list(found.values()) == [2, 3, 1, 1, 0, 1, 1, 0]
    waits, runs = reader.execute(
        "SELECT (SELECT sum(n) FROM unnest(waiting) AS n),"
        " (SELECT sum(n) FROM unnest(duration) AS n)"
        " FROM task_ledger.task_rollup WHERE project_id = 'p'"
    ).fetchone() or (0, 0)
    assert (waits, runs) == (3, 1)
    assert_rolled_up(writer)


def test_the_first_attempt_of_a_step_does_not_wait(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    before = register(writer)
    data = Registered(task_type="test", name="a step", waits_for=[before]).to_json()
    step = new_task_id()
    writer.execute(REGISTER, (step, "p", datetime.now(UTC), data))
    start(writer, step)
    drain(projector(reader))
    waited = reader.execute(
        "SELECT waiting FROM task_ledger.task_rollup WHERE project_id = 'p'"
    ).fetchone()
    assert waited == ([],)
    assert_rolled_up(writer)


def test_a_tick_that_was_interrupted_counts_nothing(
    writer: Connection[Any], reader: Connection[Any], database: Database
) -> None:
    complete(writer, task_id := register(writer), start(writer, task_id))
    projection = Projection(reader)

    def die(rows: Any) -> None:
        projection.handle(rows)
        raise InterruptedError

    with suppress(InterruptedError):
        Follower(reader, PROJECTOR, die).tick()
    assert total(writer, "completed") == 0
    with closing(projector_connection(database)) as other:
        drain(projector(other))
    assert total(writer, "completed") == 1
    assert_rolled_up(writer)


def test_a_checkpoint_that_was_set_back_counts_nothing_again(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    complete(writer, task_id := register(writer), start(writer, task_id))
    follower = projector(reader)
    drain(follower)
    writer.execute("UPDATE task_ledger.checkpoint SET cursor = 0")
    drain(projector(reader))
    assert total(writer, "completed") == 1
    assert_rolled_up(writer)


def test_a_task_in_quarantine_counts_when_it_is_folded(
    writer: Connection[Any], reader: Connection[Any], database: Database
) -> None:
    follower = projector(reader)
    task_id = register(writer)
    drain(follower)
    complete(writer, task_id, start(writer, task_id))
    with closing(psycopg.connect(database.superuser_url, autocommit=True)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE task_ledger.task_event SET schema_version = 9 WHERE version = 2")
        drain(follower)
        assert total(writer, "started") == 0
        superuser.execute("UPDATE task_ledger.task_event SET schema_version = 1 WHERE version = 2")
    writer.execute("UPDATE task_ledger.dead_letter SET failed_at = now() - interval '1 hour'")
    assert retry(reader) == 1
    assert total(writer, "started") == total(writer, "completed") == 1
    assert_rolled_up(writer)


def test_a_record_that_cannot_be_stored_counts_nothing(
    writer: Connection[Any], reader: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = register(writer), register(writer)
    original = Row.event

    def too_large(row: Row) -> Any:
        event = original(row)
        return event._replace(attempt=2**40, max_attempts=2**40) if row.task_id == bad else event

    monkeypatch.setattr(Row, "event", too_large)
    drain(projector(reader))
    assert total(writer, "registered") == 1
    assert good != bad
    assert_rolled_up(writer)


def test_a_rebuild_counts_anew_and_leaves_months_whose_events_have_left(
    writer: Connection[Any], reader: Connection[Any], database: Database
) -> None:
    complete(writer, task_id := register(writer), start(writer, task_id))
    drain(projector(reader))
    kept = rollups(writer, "task_ledger.task_rollup")
    writer.execute("UPDATE task_ledger.task_rollup SET completed = 99, duration = '{}'")
    rebuild(database.url_for("projector"))
    assert rollups(writer, "task_ledger.task_rollup") == kept
    writer.execute(
        "INSERT INTO task_ledger.bucket (bucket, closed_at) VALUES (202001, now());"
        " INSERT INTO task_ledger.task_rollup"
        " (hour, bucket, shard, project_id, task_type, completed)"
        " VALUES ('2020-01-01', 202001, 3, 'gone', 'test', 7)"
    )
    rebuild(database.url_for("projector"))
    gone = writer.execute("SELECT completed FROM task_ledger.task_rollup WHERE bucket = 202001")
    assert gone.fetchall() == [(7,)]


def test_old_hours_are_deleted_and_the_sums_of_all_times_stay(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    complete(writer, task_id := register(writer), start(writer, task_id))
    drain(projector(reader))
    writer.execute(
        "UPDATE task_ledger.task_rollup SET hour = hour - interval '50 days' WHERE isfinite(hour)"
    )
    reader.execute(query("forget_rollups"), {"days": 51})
    assert len(writer.execute("SELECT FROM task_ledger.task_rollup").fetchall()) == 3
    reader.execute(query("forget_rollups"), {"days": 49})
    assert writer.execute("SELECT hour::text FROM task_ledger.task_rollup").fetchall() == [
        ("-infinity",)
    ]
    assert total(writer, "completed") == 1
