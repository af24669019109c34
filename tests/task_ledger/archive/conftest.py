"""Fixtures: a ledger with a month that may be retired, and a place for archives."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from task_ledger.archive.store import ArchiveStore, open_archives
from tests.servers import Database, quick_folder
from tests.task_ledger.archive.months import let_old_ids_in
from tests.task_ledger.cli.command import Command
from tests.task_ledger.sealer.logs import Log


@pytest.fixture
def superuser(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """The database's superuser, after it has let old ids in; every statement commits."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        let_old_ids_in(connection)
        yield connection


@pytest.fixture
def owner(
    database: Database, superuser: psycopg.Connection[Any]
) -> Iterator[psycopg.Connection[Any]]:
    """The ledger's owner; every statement commits."""
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def archives(tmp_path: Path) -> ArchiveStore:
    """A folder for archives, where the commands look for them."""
    return open_archives(str(tmp_path / "var" / "archive"))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """A sealed log."""
    with quick_folder(tmp_path / "log") as folder:
        yield Log(folder)


@pytest.fixture
def lost(tmp_path: Path) -> Command:
    """`task-ledger` that was told of no server, in the same folder."""
    told = {name: value for name, value in os.environ.items() if "TASK_LEDGER" not in name}
    return Command(told | {"TASK_LEDGER_VAR_DIR": str(tmp_path / "var")}, tmp_path)


@pytest.fixture
def command(environment: dict[str, str], tmp_path: Path) -> Command:
    """`task-ledger` on the test's database, archives and log."""
    return Command(environment, tmp_path)
