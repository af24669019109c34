"""Reading one task: always fresh, exactly as it was, and honest about what may still come."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.errors import UnknownTask
from task_ledger.eventlog.read import (
    read_as_of_time,
    read_as_of_version,
    read_events,
    read_task,
)
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import State, Status
from tests.schema.calls import append, task_in
from tests.servers import Database


@pytest.fixture
def owner(database: Database) -> Any:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def api(database: Database) -> Any:
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        yield connection


def test_a_task_just_registered_is_found_before_any_projector_saw_it(
    owner: Connection[Any], api: Connection[Any]
) -> None:
    task = task_in(owner, State.REGISTERED)
    assert read_task(api, task.id).status is Status.PENDING


def test_an_unknown_id_is_unknown_and_never_pending(api: Connection[Any]) -> None:
    for read in (read_task, lambda c, i: read_as_of_version(c, i, 1)):
        with pytest.raises(UnknownTask):
            read(api, new_task_id())
    with pytest.raises(UnknownTask):
        read_as_of_time(api, new_task_id(), datetime.now(UTC))
    assert read_events(api, new_task_id()) == []


def test_each_read_sees_the_last_commit(owner: Connection[Any], api: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    for percent in range(20):
        append(owner, task, "progress", p_data=f'{{"percent":{percent},"step":"s"}}')
        assert read_task(api, task.id).percent == percent


def test_an_event_that_is_not_committed_is_not_read(
    database: Database, owner: Connection[Any], api: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    with psycopg.connect(database.url_for("owner")) as writer:
        append(writer, task, "completed")
        assert read_task(api, task.id).status is Status.STARTED
        writer.commit()
    assert read_task(api, task.id).status is Status.SUCCESS


def test_every_version_can_be_read_as_it_was(owner: Connection[Any], api: Connection[Any]) -> None:
    task = task_in(owner, State.PROGRESS)
    append(owner, task, "completed")
    statuses = [read_as_of_version(api, task.id, v).record.status for v in (1, 2, 3, 4)]
    assert statuses == [Status.PENDING, Status.STARTED, Status.PROGRESS, Status.SUCCESS]
    with pytest.raises(UnknownTask, match="no version 5"):
        read_as_of_version(api, task.id, 5)


def test_every_moment_can_be_read_as_it_was(owner: Connection[Any], api: Connection[Any]) -> None:
    task = task_in(owner, State.COMPLETED)
    for event in read_events(api, task.id):
        as_of = read_as_of_time(api, task.id, event.recorded_at)
        assert (as_of.record.version, as_of.settled) == (event.version, True)
    first = read_events(api, task.id)[0].recorded_at
    with pytest.raises(UnknownTask):
        read_as_of_time(api, task.id, first - timedelta(microseconds=1))


def test_a_moment_is_not_settled_while_a_transaction_may_still_record_before_it(
    database: Database, owner: Connection[Any], api: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    other = task_in(owner, State.STARTED)
    with psycopg.connect(database.url_for("owner")) as writer:
        append(writer, task, "progress")
        now = owner.execute("SELECT clock_timestamp()").fetchone()
        assert now is not None
        before = read_as_of_time(api, task.id, now[0])
        assert (before.record.version, before.settled) == (2, False)
        assert read_as_of_time(api, other.id, now[0]).settled
        writer.commit()
    after = read_as_of_time(api, task.id, now[0])
    assert (after.record.version, after.settled) == (3, True)


def test_a_moment_to_come_is_not_settled(owner: Connection[Any], api: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    assert not read_as_of_time(api, task.id, datetime.now(UTC) + timedelta(hours=1)).settled


def test_events_are_read_in_order_and_in_parts(
    owner: Connection[Any], api: Connection[Any]
) -> None:
    task = task_in(owner, State.STARTED)
    for _ in range(5):
        append(owner, task, "progress")
    events = read_events(api, task.id)
    assert [e.version for e in events] == [1, 2, 3, 4, 5, 6, 7]
    assert read_events(api, task.id, after=2, limit=3) == events[2:5]
    assert read_events(api, task.id, up_to=4) == events[:4]
