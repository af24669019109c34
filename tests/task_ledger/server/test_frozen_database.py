"""A database that is frozen, not stopped: its kernel takes every packet, and nothing answers."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import psycopg
import pytest

from task_ledger.eventlog.answered import CHECK_S, AnsweredAsyncConnection, AnsweredConnection
from task_ledger.server.resources import THREAD_S
from tests.freezer import Freezer
from tests.servers import Database
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Server, eventually, serving

BOUND_S = CHECK_S + 12


@pytest.fixture
def freezer(database: Database) -> Iterator[Freezer]:
    """Between the application and its database."""
    with Freezer(database.url) as freezer:
        yield freezer


@pytest.fixture
def address(freezer: Freezer, database: Database) -> str:
    """The database's, behind what freezes it."""
    return freezer.behind(database.url)


@pytest.fixture
def behind(freezer: Freezer, environment: dict[str, str]) -> Iterator[Server]:
    """The served application, whose database can be frozen."""
    moved = {name: freezer.behind(value) for name, value in environment.items()}
    with serving(moved) as server:
        yield server


@pytest.mark.slow
def test_every_request_is_answered_with_503_in_time_and_the_loop_goes_on(
    behind: Server, freezer: Freezer, token: Callable[..., dict[str, str]], ledger: Ledger
) -> None:
    task_id = ledger.register("tower-a").id
    paths = [
        "/readyz",
        "/api/v1/projects",
        "/api/v1/tasks/project/tower-a",
        f"/api/v1/tasks/{task_id}",
        f"/api/v1/tasks/{task_id}/verification",
        "/metrics",
        "/api/v1/projects/tower-a/events/stream",
        "/api/v1/projects/tower-a/events/export",
    ] * 10  # more than the application has threads

    with behind.client(token()) as client:
        assert client.get("/api/v1/projects").status_code == 200
        freezer.freeze()

        def ask(path: str) -> tuple[int, float]:
            began = time.monotonic()
            with behind.client(dict(client.headers)) as own:
                status = own.get(path).status_code
            return status, time.monotonic() - began

        with ThreadPoolExecutor(len(paths)) as threads:
            answers = [threads.submit(ask, path) for path in paths]
            began = time.monotonic()
            assert client.get("/healthz").status_code == 200
            assert time.monotonic() - began < CHECK_S
            for path, answer in zip(paths, answers, strict=True):
                status, took_s = answer.result()
                assert (status, path) == (503, path)
                assert took_s < BOUND_S + THREAD_S, path
        freezer.thaw()
        eventually(
            "the list was answered", lambda: client.get("/api/v1/projects").status_code == 200
        )


def test_a_statement_on_its_way_is_given_up_and_its_connection_closed(
    address: str, freezer: Freezer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnsweredConnection, "answer_s", 0.5)
    with AnsweredConnection.connect(address, autocommit=True) as connection:
        freezer.freeze()
        with pytest.raises(psycopg.OperationalError, match="has not answered"):
            connection.execute("SELECT 1")
        assert connection.closed


def test_so_is_one_of_an_asynchronous_session(
    address: str, freezer: Freezer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnsweredAsyncConnection, "answer_s", 0.5)

    async def ask() -> bool:
        async with await AnsweredAsyncConnection.connect(address, autocommit=True) as connection:
            freezer.freeze()
            with pytest.raises(psycopg.OperationalError, match="has not answered"):
                await connection.execute("SELECT 1")
            return connection.closed

    assert anyio.run(ask)


def test_an_error_of_the_database_leaves_the_connection_open(address: str) -> None:
    with AnsweredConnection.connect(address, autocommit=True) as connection:
        connection.execute("SET statement_timeout = '20ms'")
        with pytest.raises(psycopg.OperationalError, match="statement timeout"):
            connection.execute("SELECT pg_sleep(5)")
        assert connection.execute("SELECT 1").fetchone() == (1,)
