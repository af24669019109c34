"""A command waits for a slow statement as long as it takes, and not for a frozen server."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.engine import Engine

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import known_errors
from task_ledger.errors import LedgerUnavailable
from task_ledger.eventlog import answered
from task_ledger.eventlog.answered import PingedConnection
from task_ledger.ops.migrate import upgrade
from task_ledger.ops.settings import Settings
from tests.freezer import Freezer
from tests.servers import Database

PING_S = 2


@pytest.fixture
def freezer(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Freezer]:
    """Between commands and their database; they lose patience at once."""
    monkeypatch.setattr(answered, "PING_S", PING_S)
    monkeypatch.setattr(PingedConnection, "ping_after_s", 0.3)
    with Freezer(database.url) as freezer:
        yield freezer


@pytest.fixture
def behind(freezer: Freezer, database: Database, settings: Settings) -> Settings:
    """The settings of a command whose database can be frozen."""
    address = freezer.behind(database.url)
    return settings.model_copy(update={"database_url": SecretStr(address)})


def test_a_command_gives_up_on_a_frozen_server(freezer: Freezer, behind: Settings) -> None:
    began = time.monotonic()

    def ask() -> None:
        with known_errors(), connected("auditor", known=behind) as connection:
            freezer.freeze()
            connection.execute("SELECT 1")

    with pytest.raises(LedgerUnavailable, match="has not answered"):
        ask()
    assert time.monotonic() - began < PING_S + 5


def test_it_waits_for_a_statement_that_is_only_slow(behind: Settings) -> None:
    with connected("auditor", known=behind) as connection:
        row = connection.execute("SELECT pg_sleep(1.5), 7").fetchone()
        assert row is not None
        assert row[1] == 7


def test_a_server_that_refuses_new_connections_is_not_frozen(
    behind: Settings, database: Database
) -> None:
    with (
        connected("auditor", known=behind) as connection,
        psycopg.connect(database.superuser_url, dbname="postgres", autocommit=True) as superuser,
    ):
        name = connection.info.dbname
        superuser.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        row = connection.execute("SELECT pg_sleep(1), 7").fetchone()
        superuser.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
        assert row is not None
        assert row[1] == 7


def test_a_migration_gives_up_on_a_frozen_server(freezer: Freezer, behind: Settings) -> None:
    def freeze(*_: Any) -> None:
        freezer.freeze()

    event.listen(Engine, "begin", freeze)
    try:
        with pytest.raises(LedgerUnavailable, match="has not answered"), known_errors():
            upgrade(behind.login_url())
    finally:
        event.remove(Engine, "begin", freeze)
