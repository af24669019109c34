"""Fixtures for the command line: the console script against a database of the test's own."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.servers import Database
from tests.task_ledger.cli.command import Command


@pytest.fixture
def command(environment: dict[str, str], tmp_path: Path) -> Command:
    """`task-ledger` on the test's database and broker."""
    return Command(environment, tmp_path)


@pytest.fixture
def lost(tmp_path: Path) -> Command:
    """`task-ledger` that was told of no server at all."""
    told = {name: value for name, value in os.environ.items() if "TASK_LEDGER" not in name}
    return Command(told | {"TASK_LEDGER_VAR_DIR": str(tmp_path / "var")}, tmp_path)


@pytest.fixture
def writer(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection that writes history; every statement commits."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def altering(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """The database's owner, who has turned the triggers off."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
