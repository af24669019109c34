"""A broker that is frozen, not stopped: its kernel takes every packet, and nothing answers."""

import time
from collections.abc import Iterator
from typing import Any

import anyio
import psycopg
import pytest
from psycopg_pool import ConnectionPool
from pydantic import SecretStr

from task_ledger.cli.checks.broker import broker
from task_ledger.cli.checks.check import Level
from task_ledger.ops.settings import Settings
from task_ledger.server.readiness import TIMEOUT_S, Readiness
from tests.freezer import Freezer
from tests.servers import Database


@pytest.fixture
def freezer(broker_url: str) -> Iterator[Freezer]:
    """Between the application and its broker."""
    with Freezer(broker_url) as freezer:
        yield freezer


def test_the_state_is_told_in_time_and_the_broker_is_asked_again(
    database: Database, broker_url: str, freezer: Freezer
) -> None:
    behind = freezer.behind(broker_url)

    async def states(pool: ConnectionPool[psycopg.Connection[Any]]) -> None:
        readiness = Readiness(pool, lambda: behind)
        assert (await readiness.state()).broker
        freezer.freeze()
        await anyio.sleep(1.1)
        began = time.monotonic()
        state = await readiness.state()
        assert (state.database, state.broker) == (True, False)
        assert time.monotonic() - began < 3 * TIMEOUT_S
        freezer.thaw()
        await anyio.sleep(1.1)
        assert (await readiness.state()).broker

    with ConnectionPool[psycopg.Connection[Any]](database.url_for("api")) as pool:
        anyio.run(states, pool)


def test_doctor_says_that_it_cannot_be_reached(
    settings: Settings, broker_url: str, freezer: Freezer
) -> None:
    behind = SecretStr(freezer.behind(broker_url))
    told = settings.model_copy(update={"broker_url": behind})
    assert {check.level for check in broker(told)} == {Level.OK}
    freezer.freeze()
    began = time.monotonic()
    assert [check.level for check in broker(told)] == [Level.FAIL]
    assert time.monotonic() - began < 15
