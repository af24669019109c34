"""Connections to the test's database, and a database of a size where a wrong plan shows, with 60
partitions of the log."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest

from bench.load.fill import fill
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.projector.follower import Follower
from tests.servers import Database, fresh_database
from tests.task_ledger.eventlog.buffers import Connection
from tests.task_ledger.eventlog.filled import MONTHS, PROJECTS, TASKS
from tests.task_ledger.projector.log import owner, projector, projector_connection


@pytest.fixture(scope="package")
def filled(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Database]:
    """Two projects of 48,000 events each, over four years. Nothing may write to it."""
    with fresh_database(postgres, migrated_template) as database:
        with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
            now = datetime.now(UTC)
            fill(connection, projects=PROJECTS, tasks=TASKS, months=MONTHS, now=now)
        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            connection.execute(
                "VACUUM task_ledger.project_timeline, task_ledger.task_event,"
                " task_ledger.task_record"
            )
        yield database


@pytest.fixture(params=["force_custom_plan", "force_generic_plan"])
def auditor(filled: Database, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A reader of that database, planning each statement for its arguments, and for any."""
    with psycopg.connect(filled.url_for("auditor"), autocommit=True) as connection:
        connection.execute(f"SET plan_cache_mode = {request.param}".encode())
        yield connection


@pytest.fixture
def writer(database: Database) -> Iterator[Connection]:
    """The owner's connection."""
    with closing(owner(database)) as connection:
        yield connection


@pytest.fixture
def reader(database: Database) -> Iterator[Connection]:
    """The API's connection."""
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def follower(database: Database) -> Iterator[Follower]:
    """The projector's."""
    with closing(projector_connection(database)) as connection:
        yield projector(connection)
