"""Connections to a test's own ledger, as its owner."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from tests.servers import Database


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


@pytest.fixture(params=["the short way", "the long way"])
def each_way(request: pytest.FixtureRequest, owner: Connection[Any]) -> None:
    """`ledger.append` as it decides for this month's tasks, and as for those of another month."""
    if request.param == "the long way":
        owner.execute(
            "CREATE OR REPLACE FUNCTION ledger.this_month() RETURNS integer"
            " LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 197001"
        )
