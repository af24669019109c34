"""Connections to a test's own ledger, as its owner."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.local.embedded import EmbeddedPostgres
from tests.servers import Database, fresh_database


@pytest.fixture
def owner(database: Database) -> Iterator[Connection[Any]]:
    """An autocommit connection that acts as the owner of the ledger."""
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def other(database: Database) -> Iterator[Connection[Any]]:
    """A second one."""
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


WAYS = ["the short path", "the general path"]
"""`task_ledger.append` as it decides for this month's tasks, and as for those of another month."""


@pytest.fixture(params=WAYS)
def each_way(request: pytest.FixtureRequest, owner: Connection[Any]) -> None:
    """The test's own ledger, appending in each of `WAYS`."""
    _take(request.param, owner)


@pytest.fixture(scope="module", params=WAYS)
def shared_owner(
    request: pytest.FixtureRequest, postgres: EmbeddedPostgres, migrated_template: str
) -> Iterator[Connection[Any]]:
    """As `owner`, in each of `WAYS`, of one ledger for the whole file: for tests that are many, and
    look at tasks of their own only."""
    with (
        fresh_database(postgres, migrated_template) as database,
        psycopg.connect(database.url_for("owner"), autocommit=True) as connection,
    ):
        _take(request.param, connection)
        yield connection


def _take(way: str, owner: Connection[Any]) -> None:
    if way == "the general path":
        owner.execute(
            "CREATE OR REPLACE FUNCTION task_ledger.this_month() RETURNS integer"
            " LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 197001"
        )
