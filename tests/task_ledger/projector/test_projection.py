"""What a large tick folds while it writes: nothing is lost, stored twice or left half done."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.projector.follower import PROJECTOR, Follower
from task_ledger.projector.projection import Projection
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    complete,
    drain,
    projector_connection,
    record,
    recount_rollups,
    register,
    report,
    start,
    timeline,
)

TASKS = 7


@pytest.fixture
def beside(database: Database) -> Iterator[Follower]:
    """A projector that writes the records of two tasks while it folds the next two."""
    with closing(projector_connection(database)) as connection:
        yield Follower(connection, PROJECTOR, Projection(connection, chunk=2).handle)


def test_every_task_of_a_large_tick_is_folded_and_numbered(
    writer: Connection[Any], beside: Follower
) -> None:
    tasks = [register(writer) for _ in range(TASKS)]
    for task_id in tasks:
        claim = start(writer, task_id)
        report(writer, task_id, claim, 40)
        complete(writer, task_id, claim)
    drain(beside)
    assert_projected(writer)


def test_a_task_whose_record_was_lost_is_folded_from_its_first_event(
    writer: Connection[Any], beside: Follower
) -> None:
    tasks = [register(writer) for _ in range(TASKS)]
    drain(beside)
    writer.execute("DELETE FROM task_ledger.task_record WHERE task_id = ANY (%s)", (tasks[::2],))
    for task_id in tasks:
        start(writer, task_id)
    drain(beside)
    recount_rollups(writer)
    assert_projected(writer)


def test_a_task_that_cannot_be_folded_affects_no_other(
    writer: Connection[Any], database: Database, beside: Follower
) -> None:
    tasks = [register(writer) for _ in range(TASKS)]
    with closing(psycopg.connect(database.superuser_url, autocommit=True)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE task_ledger.task_event SET data = '{}' WHERE task_id = %s", (tasks[3],)
        )
    drain(beside)
    assert [record(writer, task_id) is None for task_id in tasks] == [
        task_id == tasks[3] for task_id in tasks
    ]
    assert sorted(timeline(writer)) == sorted((task_id, 1) for task_id in tasks)
    quarantined = writer.execute("SELECT task_id FROM task_ledger.dead_letter").fetchall()
    assert quarantined == [(tasks[3],)]


def test_a_write_that_fails_ends_the_tick_and_leaves_nothing(
    writer: Connection[Any], database: Database, beside: Follower
) -> None:
    for _ in range(TASKS):
        register(writer)
    with closing(psycopg.connect(database.superuser_url, autocommit=True)) as superuser:
        superuser.execute("REVOKE INSERT ON task_ledger.task_record FROM task_ledger_projector")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            beside.tick()
        assert timeline(writer) == []
        superuser.execute("GRANT INSERT ON task_ledger.task_record TO task_ledger_projector")
    drain(beside)
    assert_projected(writer)
