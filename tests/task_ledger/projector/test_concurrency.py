"""Real writers at the same time, some very late, and followers that come and go."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random
from threading import Event
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.local.embedded import EmbeddedPostgres
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    complete,
    drain,
    gaps,
    owner,
    projector,
    projector_connection,
    register,
    report,
    start,
)

PROJECTS = ("a", "b", "c", "d", "e")
WRITING_S = 7.0
LATEST_S = 3.0
UNRELATED_S = 2.0


def write(database: Database, seed: int) -> None:
    """Live tasks' lives in transactions of any length, some of which are rolled back."""
    random = Random(seed)
    end = monotonic() + WRITING_S
    with closing(owner(database, autocommit=False)) as connection:
        while monotonic() < end:
            task_id = register(connection, random.choice(PROJECTS))
            _pause(connection, random)
            if random.random() < 0.2:
                connection.rollback()
                continue
            claim = start(connection, task_id)
            _pause(connection, random)
            for percent in range(random.randrange(4)):
                with connection.transaction():
                    report(connection, task_id, claim, percent)
                    if random.random() < 0.3:
                        raise psycopg.Rollback
            _pause(connection, random)
            complete(connection, task_id, claim)
            # Late: everything above has its number, and many higher ones will be visible first.
            sleep(random.choice([0.0] * 12 + [0.2, 0.5, LATEST_S]))
            connection.commit() if random.random() < 0.85 else connection.rollback()


def _pause(connection: Connection[Any], random: Random) -> None:
    if random.random() < 0.5 and connection.info.transaction_status.name == "INTRANS":
        # What is registered is committed before it goes on, as it mostly is.
        connection.commit()
    sleep(random.random() * 0.01)


def follow(database: Database, seed: int, stop: Event) -> None:
    """Tick, and drop the connection now and then."""
    random = Random(seed)
    while not stop.is_set():
        with closing(projector_connection(database)) as connection:
            follower = projector(connection)
            for _ in range(random.randrange(1, 60)):
                if not follower.tick().worked:
                    sleep(0.005)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_late_commits_rollbacks_and_reconnects_lose_and_double_nothing(
    seed: int, database: Database, postgres: EmbeddedPostgres
) -> None:
    stop = Event()
    work: list[Callable[[], None]] = [lambda n=n: write(database, seed * 100 + n) for n in range(6)]
    with ThreadPoolExecutor(8) as pool, psycopg.connect(postgres.url_of("postgres")) as unrelated:
        # For a while nothing can be forgotten; then gaps are dropped as fast as they come.
        unrelated.execute("SELECT pg_current_xact_id()")
        followers = [pool.submit(follow, database, seed * 1000 + n, stop) for n in range(2)]
        try:
            writers = [pool.submit(job) for job in work]
            sleep(UNRELATED_S)
            unrelated.rollback()
            for writer in writers:
                writer.result()
        finally:
            stop.set()
        for follower in followers:
            follower.result()
    with closing(owner(database)) as connection, closing(projector_connection(database)) as reader:
        drain(projector(reader))
        assert gaps(connection) == []
        assert_projected(connection)
