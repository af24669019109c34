"""A process that runs nothing leaves its bodies' connections to others."""

from collections.abc import Iterator
from threading import enumerate as threads

import psycopg
import pytest
from sqlalchemy import text

from task_ledger.eventlog.connections import Connections
from tests.servers import Database
from tests.task_ledger.projector.log import until

IDLE_S = 0.2


@pytest.fixture
def watcher(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        yield connection


def opened(watcher: psycopg.Connection) -> int:
    row = watcher.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    ).fetchone()
    assert row is not None
    return row[0]


def releases() -> list[str]:
    return [thread.name for thread in threads() if thread.name == "task-ledger idle"]


def test_an_idle_process_closes_its_bodies_connections(
    database: Database, watcher: psycopg.Connection
) -> None:
    connections = Connections(database.url_for("worker"), idle_s=IDLE_S)
    for _ in range(2):
        with connections.engine.connect() as one, connections.engine.connect() as other:
            assert opened(watcher) == 2
            assert {one.scalar(text("SELECT 1")), other.scalar(text("SELECT 1"))} == {1}
        until(lambda: opened(watcher) == 0)
    until(lambda: releases() == [])


def test_a_body_that_runs_keeps_its_connection(
    database: Database, watcher: psycopg.Connection
) -> None:
    connections = Connections(database.url_for("worker"), idle_s=IDLE_S)
    with connections.engine.connect() as running:
        session = running.scalar(text("SELECT pg_backend_pid()"))
        with connections.engine.connect():
            pass
        until(lambda: opened(watcher) == 1)
        assert running.scalar(text("SELECT pg_backend_pid()")) == session
    with connections.engine.connect() as next_one:
        assert next_one.scalar(text("SELECT pg_backend_pid()")) == session
    until(lambda: opened(watcher) == 0)


def test_a_pool_of_the_applications_own_keeps_what_it_keeps(
    database: Database, watcher: psycopg.Connection
) -> None:
    connections = Connections(database.url_for("worker"), idle_s=IDLE_S, pool_size=1)
    with connections.engine.connect():
        pass
    assert (opened(watcher), releases()) == (1, [])
    connections.engine.dispose()
