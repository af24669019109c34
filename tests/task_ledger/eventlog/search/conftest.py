"""Readers of a database with tasks, and of one with a timeline, which nothing changes."""

from collections.abc import Iterator

import psycopg
import pytest

from task_ledger.local.embedded import EmbeddedPostgres
from tests.servers import Database, fresh_database
from tests.task_ledger.eventlog.search import events, tasks

Connection = tasks.Connection


@pytest.fixture(scope="package")
def filled_database(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Database]:
    """The tasks of `tasks.py`, and the events of `events.py`."""
    with fresh_database(postgres, migrated_template) as database:
        with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
            events.store(owner, database)
            tasks.store(owner)
        yield database


@pytest.fixture(scope="package")
def reader(filled_database: Database) -> Iterator[Connection]:
    """A reader of both."""
    with psycopg.connect(filled_database.url_for("auditor"), autocommit=True) as connection:
        yield connection
