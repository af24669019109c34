"""Many gaps that nobody can fill at present cost neither an idle nor an active tick much."""

from collections.abc import Iterator
from contextlib import closing
from time import perf_counter
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.model.ids import shard_of
from task_ledger.projector.checkpoints import RECENT
from task_ledger.projector.follower import Follower
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    drain,
    gaps,
    owner,
    projector,
    projector_connection,
    register,
)

GAPS = 5000
SHARD = shard_of("p")


@pytest.fixture
def late(database: Database) -> Iterator[Connection[Any]]:
    """Commits when it is told to."""
    with closing(owner(database, autocommit=False)) as connection:
        yield connection


def fastest_idle_tick_s(follower: Follower) -> float:
    """Of some ticks; none may find anything to do."""
    times: list[float] = []
    for _ in range(20):
        began = perf_counter()
        assert not follower.tick().worked
        times.append(perf_counter() - began)
    return min(times)


def open_gaps(writer: Connection[Any]) -> None:
    """Make many gaps of the one that there is, as a body that enqueues in a busy project does."""
    writer.execute(
        "UPDATE task_ledger.checkpoint SET cursor = cursor + %(gaps)s * 2, gaps = gaps || ("
        "SELECT jsonb_agg(jsonb_build_array(n, n, gaps -> 0 -> 2)) FROM"
        " generate_series(cursor + 2, cursor + %(gaps)s * 2 - 1, 2) AS n)"
        " WHERE shard = %(shard)s AND gaps <> '[]'",
        {"gaps": GAPS, "shard": SHARD},
    )
    writer.execute(
        "SELECT setval(%s, (SELECT cursor FROM task_ledger.checkpoint WHERE shard = %s))",
        (f"task_ledger.feed_{SHARD}", SHARD),
    )


def test_an_idle_tick_costs_the_same_with_many_gaps_as_with_none(
    writer: Connection[Any], late: Connection[Any], database: Database
) -> None:
    with closing(projector_connection(database)) as connection:
        follower = projector(connection)
        drain(follower)
        without = fastest_idle_tick_s(follower)
        register(late)
        drain(follower)
        open_gaps(writer)
        assert len(gaps(writer)) == GAPS
        drain(follower)
        # The next tick with an event keeps but a few of them as recent.
        register(writer)
        drain(follower)
        assert fastest_idle_tick_s(follower) < 10 * without
        # Others come and go, and the gaps are looked into when theirs could be filled.
        register(writer, "another")
        assert follower.tick().worked
        drain(follower)
        late.commit()
        assert follower.tick().events == 1
        drain(follower)
        assert gaps(writer) == []
        assert_projected(writer)


def test_a_gap_is_looked_into_when_one_of_several_writers_has_ended(
    writer: Connection[Any], late: Connection[Any], database: Database
) -> None:
    with (
        closing(projector_connection(database)) as connection,
        closing(owner(database, autocommit=False)) as later,
    ):
        follower = projector(connection)
        register(late)
        register(later)
        register(writer)
        drain(follower)
        for one in (later, late):
            assert not follower.tick().worked
            one.commit()
            assert follower.tick().events == 1
        drain(follower)
        assert gaps(writer) == []
        assert_projected(writer)


def cost_of_active_ticks(writer: Connection[Any], follower: Follower) -> tuple[float, int]:
    """The fastest of some ticks that each have an event to read, in seconds; and the WAL of all."""
    times: list[float] = []
    before = wal(writer)
    for _ in range(20):
        register(writer)
        began = perf_counter()
        assert follower.tick().events == 1
        times.append(perf_counter() - began)
    return min(times), wal(writer) - before


def wal(connection: Connection[Any]) -> int:
    """Bytes written to the log of the server."""
    row = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
    assert row is not None
    return int(row[0])


def test_an_active_tick_neither_reads_nor_writes_old_gaps(
    writer: Connection[Any], late: Connection[Any], database: Database
) -> None:
    with closing(projector_connection(database)) as connection:
        follower = projector(connection)
        drain(follower)
        fast_s, little = cost_of_active_ticks(writer, follower)
        register(late)
        drain(follower)
        open_gaps(writer)
        drain(follower)
        register(writer)
        drain(follower)
        many_s, much = cost_of_active_ticks(writer, follower)
        assert len(gaps(writer)) == GAPS
        assert many_s < 5 * fast_s
        # Rewritten, they would be 20 times some 60 KB.
        assert much < little + 200_000
        late.commit()
        drain(follower)
        assert gaps(writer) == []
        assert_projected(writer)


def test_gaps_that_come_one_by_one_while_others_write_are_kept_apart_from_recent_ones(
    writer: Connection[Any], late: Connection[Any], database: Database
) -> None:
    with closing(projector_connection(database)) as connection:
        follower = projector(connection)
        for _ in range(3 * RECENT):
            register(late)
            register(writer)
            follower.tick()
        drain(follower)
        recent, old = stored(writer)
        assert recent <= RECENT
        assert recent + old == 3 * RECENT
        # One that knows nothing of it goes on from what is stored.
        with closing(projector_connection(database)) as other:
            drain(projector(other))
            assert sum(stored(writer)) == 3 * RECENT
            late.commit()
            drain(projector(other))
        assert stored(writer) == (0, 0)
        assert_projected(writer)


def stored(connection: Connection[Any]) -> tuple[int, int]:
    """How many gaps are stored as recent, and as old."""
    row = connection.execute(
        "SELECT sum(jsonb_array_length(gaps)), sum(jsonb_array_length(old_gaps))"
        " FROM task_ledger.checkpoint"
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
