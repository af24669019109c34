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
