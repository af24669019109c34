"""A task that cannot be folded stands alone: everything else moves, and it heals."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.eventlog.lag import read_lag
from task_ledger.projector.quarantine import retry
from task_ledger.projector.rebuild import rebuild
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    complete,
    drain,
    projector,
    projector_connection,
    record,
    recount_rollups,
    register,
    start,
    timeline,
)


@pytest.fixture
def writer(database: Database) -> Iterator[Connection[Any]]:
    """A superuser, who can break every rule."""
    with closing(psycopg.connect(database.superuser_url, autocommit=True)) as connection:
        yield connection


@pytest.fixture
def reader(database: Database) -> Iterator[Connection[Any]]:
    """The projector's connection."""
    with closing(projector_connection(database)) as connection:
        yield connection


def spoil(writer: Connection[Any], task_id: object) -> None:
    """Make a task's first event unreadable, past the triggers that refuse it."""
    change(writer, task_id, '{"task_type": 7}')


def repair(writer: Connection[Any], task_id: object) -> None:
    """Make it readable again."""
    change(writer, task_id, '{"task_type": "test", "name": "a test"}')


def change(writer: Connection[Any], task_id: object, data: str) -> None:
    """Change the data of a task's first event."""
    with writer.transaction():
        writer.execute("SET LOCAL session_replication_role = replica")
        writer.execute(
            "UPDATE task_ledger.task_event SET data = %s::json WHERE version = 1 AND task_id = %s",
            (data, task_id),
        )


def make_due(writer: Connection[Any]) -> None:
    """Let the quarantine's waiting time be over."""
    writer.execute("UPDATE task_ledger.dead_letter SET failed_at = failed_at - interval '1 hour'")


def tries(writer: Connection[Any]) -> int:
    """How often the one task in quarantine was tried."""
    row = writer.execute("SELECT tries FROM task_ledger.dead_letter").fetchone()
    assert row is not None
    return row[0]


def test_the_rest_of_the_shard_moves_and_the_task_is_healed_after_repair(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    follower = projector(reader)
    broken, sound = register(writer), register(writer)
    spoil(writer, broken)
    drain(follower)
    claim = start(writer, broken)
    complete(writer, sound, start(writer, sound))
    drain(follower)
    assert record(writer, broken) is None
    healthy = record(writer, sound)
    assert healthy is not None
    assert healthy.version == 3
    assert len(timeline(writer)) == 5
    assert read_lag(reader).quarantined == 1
    assert read_lag(reader).events == 0
    assert tries(writer) == 1, "its later events wait for the next try"

    make_due(writer)
    assert retry(reader) == 0
    repair(writer, broken)
    assert retry(reader) == 0, "it was tried just now"
    make_due(writer)
    assert retry(reader) == 1
    complete(writer, broken, claim)
    drain(follower)
    assert read_lag(reader).quarantined == 0
    assert_projected(writer)


def test_a_try_that_fails_counts_and_keeps_the_reason(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    broken = register(writer)
    spoil(writer, broken)
    drain(projector(reader))
    for _ in range(3):
        make_due(writer)
        assert retry(reader) == 0
    row = writer.execute("SELECT tries, reason FROM task_ledger.dead_letter").fetchone()
    assert row is not None
    assert row[0] == 4
    assert "task_type" in row[1]


def test_a_value_that_its_column_cannot_hold_is_one_tasks_trouble(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    sound = [register(writer) for _ in range(9)]
    huge = register(writer)
    claim = start(writer, huge)
    with writer.transaction():
        writer.execute(
            "SELECT task_ledger.append(%s, 'progress', %s, 1, 'tester', now(),"
            """ '{"percent": 1, "step": "s", "current": 99999999999999999999}', 1)""",
            (huge, claim),
        )
    drain(projector(reader))
    assert len(timeline(writer)) == 12
    assert all(record(writer, task_id) for task_id in sound)
    row = writer.execute("SELECT task_id FROM task_ledger.dead_letter").fetchone()
    assert row == (huge,)


def test_a_rebuild_heals_and_a_task_that_still_cannot_be_folded_stays(
    writer: Connection[Any], reader: Connection[Any], database: Database
) -> None:
    healed, broken = register(writer), register(writer)
    spoil(writer, healed)
    spoil(writer, broken)
    drain(projector(reader))
    repair(writer, healed)
    assert rebuild(database.url_for("projector")).quarantined == 1
    rows = writer.execute("SELECT task_id FROM task_ledger.dead_letter").fetchall()
    assert rows == [(broken,)]
    assert record(writer, healed) is not None


def test_an_event_of_a_type_that_this_program_does_not_know_is_one_tasks_trouble(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    newer, sound = register(writer), register(writer)
    writer.execute("ALTER TYPE task_ledger.event_type ADD VALUE 'paused'")
    writer.execute(
        "INSERT INTO task_ledger.task_event SELECT (jsonb_populate_record(e, jsonb_build_object("
        " 'version', 2, 'type', 'paused', 'feed', nextval('task_ledger.feed_' || e.shard)))).*"
        " FROM task_ledger.task_event AS e WHERE task_id = %s",
        (newer,),
    )
    drain(projector(reader))
    assert (newer, 2) in timeline(writer)
    assert record(writer, sound) is not None
    assert writer.execute("SELECT task_id FROM task_ledger.dead_letter").fetchall() == [(newer,)]


def test_a_try_leaves_a_task_alone_while_its_shard_is_held(
    writer: Connection[Any], reader: Connection[Any], database: Database
) -> None:
    broken = register(writer)
    spoil(writer, broken)
    drain(projector(reader))
    repair(writer, broken)
    make_due(writer)
    with closing(psycopg.connect(database.url_for("projector"))) as other:
        other.execute("SELECT FROM task_ledger.checkpoint FOR UPDATE")
        assert retry(reader) == 0
        other.rollback()
    assert tries(writer) == 1
    assert retry(reader) == 1


def test_a_record_that_was_lost_is_folded_from_the_beginning(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    follower = projector(reader)
    task_id = register(writer)
    drain(follower)
    writer.execute("DELETE FROM task_ledger.task_record")
    start(writer, task_id)
    drain(follower)
    recount_rollups(writer)
    assert_projected(writer)


def test_a_checkpoint_that_was_set_back_doubles_nothing(
    writer: Connection[Any], reader: Connection[Any]
) -> None:
    follower = projector(reader)
    task_id = register(writer)
    complete(writer, task_id, start(writer, task_id))
    drain(follower)
    writer.execute("UPDATE task_ledger.checkpoint SET cursor = 0, gaps = '[]'")
    register(writer)
    drain(follower)
    assert_projected(writer)
