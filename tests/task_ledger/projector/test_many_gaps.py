"""Many gaps that nobody can fill at present cost an idle tick nothing."""

from collections.abc import Iterator
from contextlib import closing
from time import perf_counter
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.model.ids import shard_of
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
        "UPDATE task_ledger.checkpoint SET cursor = %(gaps)s * 2, gaps = ("
        "SELECT jsonb_agg(jsonb_build_array(n, n, gaps -> 0 -> 2)) FROM"
        " generate_series(1, %(gaps)s * 2, 2) AS n) WHERE shard = %(shard)s",
        {"gaps": GAPS, "shard": SHARD},
    )
    writer.execute("SELECT setval(%s, %s)", (f"task_ledger.feed_{SHARD}", GAPS * 2))


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
