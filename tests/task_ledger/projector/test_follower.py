"""Late commits are neither lost nor waited for."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.projector.follower import BATCH, Follower, shares
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    complete,
    drain,
    gaps,
    owner,
    projector,
    projector_connection,
    record,
    register,
    report,
    start,
    timeline,
)


@pytest.fixture
def writer(database: Database) -> Iterator[Connection[Any]]:
    """Commits each call at once."""
    with closing(owner(database)) as connection:
        yield connection


@pytest.fixture
def late(database: Database) -> Iterator[Connection[Any]]:
    """Commits when it is told to."""
    with closing(owner(database, autocommit=False)) as connection:
        yield connection


@pytest.fixture
def follower(database: Database) -> Iterator[Follower]:
    """The projector, ticked by hand."""
    with closing(projector_connection(database)) as connection:
        yield projector(connection)


def test_what_is_appended_is_folded_and_numbered(
    writer: Connection[Any], follower: Follower
) -> None:
    task_id = register(writer)
    claim = start(writer, task_id)
    report(writer, task_id, claim, 40)
    follower.tick()
    report(writer, task_id, claim, 80)
    complete(writer, task_id, claim)
    drain(follower)
    assert timeline(writer) == [(task_id, version) for version in range(1, 6)]
    assert_projected(writer)


def test_an_open_append_is_not_waited_for_and_not_lost(
    writer: Connection[Any], late: Connection[Any], follower: Follower
) -> None:
    held = register(late)
    later = register(writer)
    drain(follower)
    assert timeline(writer) == [(later, 1)]
    assert record(writer, later) is not None
    assert gaps(writer) != []
    late.commit()
    drain(follower)
    assert timeline(writer) == [(later, 1), (held, 1)]
    assert gaps(writer) == []
    assert_projected(writer)


def test_a_hole_is_filled_by_a_transaction_older_than_many_that_came_and_went(
    writer: Connection[Any], late: Connection[Any], follower: Follower
) -> None:
    held = register(late)
    for _ in range(20):
        register(writer)
        follower.tick()
    late.commit()
    drain(follower)
    assert timeline(writer)[-1] == (held, 1)
    assert_projected(writer)


def test_the_hole_of_a_rollback_is_forgotten_within_two_ticks_after_the_last_older_transaction(
    writer: Connection[Any], late: Connection[Any], database: Database, follower: Follower
) -> None:
    register(late)
    register(writer)
    with closing(owner(database, autocommit=False)) as older:
        older.execute("SELECT pg_current_xact_id()")
        drain(follower)
        late.rollback()
        drain(follower)
        assert len(gaps(writer)) == 1
        older.rollback()
    follower.tick()
    follower.tick()
    assert gaps(writer) == []
    assert not follower.tick().worked


def test_a_number_that_was_burnt_last_is_forgotten_too(
    writer: Connection[Any], late: Connection[Any], follower: Follower
) -> None:
    register(writer)
    register(late)
    late.rollback()
    assert len(drain(follower)) <= 4
    assert gaps(writer) == []


def test_a_rolled_back_savepoint_leaves_a_hole_and_the_rest_is_found(
    writer: Connection[Any], late: Connection[Any], follower: Follower
) -> None:
    first = register(late)
    with late.transaction():
        register(late)
        raise psycopg.Rollback
    second = register(late)
    register(writer)
    drain(follower)
    late.commit()
    drain(follower)
    assert timeline(writer)[-2:] == [(first, 1), (second, 1)]
    assert gaps(writer) == []
    assert_projected(writer)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_unrelated_open_transaction_delays_the_forgetting_only(
    elsewhere: bool,
    writer: Connection[Any],
    late: Connection[Any],
    database: Database,
    postgres: EmbeddedPostgres,
    follower: Follower,
) -> None:
    url = postgres.url_of("postgres") if elsewhere else database.url
    with closing(psycopg.connect(url)) as unrelated:
        unrelated.execute("SELECT pg_current_xact_id()")
        register(late)
        late.rollback()
        task_id = register(writer)
        start(writer, task_id)
        drain(follower)
        assert_projected(writer)
        assert len(gaps(writer)) == 1
        held = register(late)
        register(writer)
        drain(follower)
        late.commit()
        drain(follower)
        assert timeline(writer)[-1] == (held, 1)
        assert len(gaps(writer)) == 1
        unrelated.rollback()
    drain(follower)
    assert gaps(writer) == []


def test_an_old_hole_costs_an_idle_follower_no_transaction_id(
    writer: Connection[Any], late: Connection[Any], follower: Follower
) -> None:
    register(late)
    register(writer)
    drain(follower)
    assert len(gaps(writer)) == 1
    before = _next_transaction(writer)
    assert not any(follower.tick().worked for _ in range(20))
    assert _next_transaction(writer) == before


def test_a_fence_of_another_cluster_is_drawn_afresh(
    writer: Connection[Any], late: Connection[Any], follower: Follower
) -> None:
    register(late)
    register(writer)
    drain(follower)
    late.rollback()
    writer.execute(
        "UPDATE task_ledger.checkpoint SET gaps = jsonb_set(gaps, '{0,2}', '99999999999')"
        " WHERE gaps <> '[]'"
    )
    drain(follower)
    assert gaps(writer) == []


@pytest.mark.slow
def test_more_than_a_batch_is_read_in_order(
    writer: Connection[Any], late: Connection[Any], follower: Follower
) -> None:
    held = register(late)
    for project in ("p", "q", "r", "s"):
        with writer.transaction():
            for _ in range(900):
                register(writer, project)
    first, *rest = drain(follower)
    assert first.more
    assert first.events == BATCH
    assert rest[0].events > BATCH, "what stays behind is read in larger batches"
    late.commit()
    drain(follower)
    assert timeline(writer)[-1] == (held, 1)
    assert_projected(writer)


def test_a_checkpoint_that_another_holds_is_left_alone(
    writer: Connection[Any], database: Database
) -> None:
    register(writer)
    with (
        closing(psycopg.connect(database.url_for("projector"))) as other,
        closing(projector_connection(database)) as connection,
    ):
        connection.execute("SET lock_timeout = '2s'")
        follower = projector(connection)
        other.execute("SELECT FROM task_ledger.checkpoint FOR UPDATE")
        assert not follower.tick().worked
        other.rollback()
        drain(follower)
    assert_projected(writer)


def test_a_handler_that_fails_leaves_the_checkpoint_where_it_was(
    writer: Connection[Any], database: Database, follower: Follower
) -> None:
    def fail(rows: object) -> None:
        raise RuntimeError("no")

    register(writer)
    with closing(projector_connection(database)) as connection:
        failing = Follower(connection, "projector", fail)
        with pytest.raises(RuntimeError):
            failing.tick()
    drain(follower)
    assert_projected(writer)


def test_feed_numbers_are_handed_out_one_by_one(writer: Connection[Any]) -> None:
    rows = writer.execute(
        "SELECT seqcache, seqincrement, seqcycle FROM pg_sequence"
        " WHERE seqrelid::regclass::text LIKE 'task_ledger.feed_%'"
    ).fetchall()
    assert rows == [(1, 1, False)] * 16


def test_small_backlogs_are_read_whole_and_large_ones_alike() -> None:
    assert shares({0: 5, 1: 5000, 2: 5000}, 1000) == {0: 5, 1: 497, 2: 498}
    assert shares({0: 0}, 1000) == {0: 1}
    assert all(share >= 1 for share in shares(dict.fromkeys(range(16), 9000), 10).values())


def _next_transaction(connection: Connection[Any]) -> str:
    row = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
    assert row is not None
    return row[0]
