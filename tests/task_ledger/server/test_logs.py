"""What the served application writes to its log: what operators need, and no secrets."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from tests.servers import Database
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, Server, eventually, serving
from tests.task_ledger.server.slow_client import SlowClient

Token = Callable[..., dict[str, str]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The file that the server's log goes to."""
    return tmp_path / "api.log"


@pytest.fixture
def server(environment: dict[str, str], log: Path) -> Iterator[Server]:
    """The served application; what it logs is kept."""
    with log.open("wb") as file, serving(environment, log=file) as running:
        yield running


def logged(log: Path) -> list[dict[str, Any]]:
    """The log's events."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_the_servers_own_lines_are_objects_too_and_hide_what_is_in_an_address(
    environment: dict[str, str], log: Path
) -> None:
    arguments = ("--log-level", "info", "--access-log")
    with log.open("wb") as file, serving(environment, log=file, arguments=arguments) as running:
        httpx2.get(f"{running.url}/sign-in?code=tl_0123456789abcdefghijklmnop")
    lines = logged(log)
    assert any("Started server process" in line["event"] for line in lines)
    (asked,) = [line["event"] for line in lines if "/sign-in" in line["event"]]
    assert "tl_0123456789" not in asked


def test_an_internal_error_is_logged_with_its_reason_and_without_secrets(
    server: Server, token: Token, database: Database, log: Path
) -> None:
    headers = token()
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("REVOKE SELECT ON task_ledger.access_token FROM task_ledger_api")
    with server.client(headers) as client:
        assert client.get("/api/v1/projects").status_code == 500
    eventually("it was logged", lambda: bool(logged(log)))
    (event,) = logged(log)
    assert (event["event"], event["code"]) == ("request_failed", "internal_error")
    assert event["message"].startswith("permission denied for table access_token")
    assert any("access" in place for place in event["at"])
    secret = headers["Authorization"].removeprefix("Bearer ")
    assert secret not in log.read_text()
    assert log.read_text().count("\n") == 1, "the server has nothing to add"


def test_a_client_that_leaves_a_stream_with_more_on_its_way_is_no_error(
    server: Server, token: Token, ledger: Ledger, projector: Projector, log: Path
) -> None:
    for _ in range(100):
        task = ledger.register()
        ledger.start(task)
        ledger.complete(task, {"text": "x" * 60_000})
    projector.caught_up()
    headers = token()
    for _ in range(10):
        with SlowClient(server, headers) as slow:
            # Most of six megabytes is still on its way, and waits for the client to take it.
            slow.read_until(3)
    with server.client(token("later")) as client:
        assert client.get("/api/v1/projects").status_code == 200
    server.process.terminate()
    server.process.wait(20)
    assert log.read_text() == ""
