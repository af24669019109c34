"""Answers that are open while the database is frozen end in time, and can be asked for again."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from task_ledger.eventlog import answered
from task_ledger.eventlog.answered import AnsweredConnection
from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app
from task_ledger.server.resources import EXPORTS_PER_TOKEN
from task_ledger.server.routes import stream
from tests.freezer import Freezer
from tests.servers import NO_TLS, Database
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, eventually
from tests.task_ledger.server.served_here import served_here

Token = Callable[..., dict[str, str]]

BOUND_S = 10
"""Longer than all clocks of the application together, as they are set here."""


@pytest.fixture
def freezer(database: Database) -> Iterator[Freezer]:
    """Between the application and its database."""
    with Freezer(database.url) as freezer:
        yield freezer


@pytest.fixture
def port(
    freezer: Freezer,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[int]:
    """The application, whose clocks end within a second or two."""
    monkeypatch.setattr(AnsweredConnection, "answer_s", 1.0)
    monkeypatch.setattr(answered, "CHECK_S", 0.5)
    monkeypatch.setattr(stream, "CHECK_EVERY_S", 1.0)
    for name, value in environment.items():
        monkeypatch.setenv(name, freezer.behind(value))
    monkeypatch.setenv("TASK_LEDGER_POOL_TIMEOUT_S", "1")
    with served_here(create_app(Settings(), plugins=())) as port:
        yield port


def client(port: int, headers: dict[str, str]) -> httpx2.Client:
    return httpx2.Client(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30, verify=NO_TLS
    )


def test_an_open_stream_ends_and_can_be_resumed(
    port: int, freezer: Freezer, token: Token, ledger: Ledger, projector: Projector
) -> None:
    ledger.register("tower-a")
    projector.caught_up()
    path = "/api/v1/projects/tower-a/events/stream"
    with client(port, token()) as own:
        with own.stream("GET", f"{path}?after=0") as answer:
            lines = answer.iter_lines()
            assert any(line.startswith("id: 1@") for line in lines)
            freezer.freeze()
            began = time.monotonic()
            assert not any(line.startswith("id: ") for line in lines)
            assert time.monotonic() - began < BOUND_S
        freezer.thaw()
        ledger.register("tower-a")
        projector.caught_up()

        def resumed() -> bool:
            with own.stream("GET", path, headers={"Last-Event-ID": "1"}) as answer:
                return answer.status_code == 200 and any(
                    line.startswith("id: 2@") for line in answer.iter_lines()
                )

        eventually("the stream was resumed", resumed)


def test_a_long_poll_is_answered_with_503_and_later_ones_see_changes(
    port: int, freezer: Freezer, token: Token, ledger: Ledger
) -> None:
    task = ledger.register("tower-a")
    path = f"/api/v1/tasks/{task.id}?wait_s=2"
    with client(port, token()) as own, ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(own.get, path)
        with client(port, token("other")) as other:
            eventually("it waits", lambda: other.get(path[:-2] + "=0").status_code == 200)
        freezer.freeze()
        answer = waiting.result(2 + BOUND_S)
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        freezer.thaw()
        eventually("it is answered", lambda: own.get(path).status_code == 200)
        known = {"If-None-Match": own.get(path).headers["ETag"]}
        waiting = thread.submit(own.get, f"/api/v1/tasks/{task.id}?wait_s=20", headers=known)
        ledger.start(task)
        assert waiting.result(10).json()["status"] == "STARTED"


def test_an_open_export_breaks_off_and_gives_its_place_back(
    port: int, freezer: Freezer, token: Token, ledger: Ledger, projector: Projector
) -> None:
    for _ in range(110):
        task = ledger.register("tower-a")
        ledger.start(task)
        ledger.complete(task, {"text": "x" * 20_000})
    projector.caught_up()
    path = "/api/v1/projects/tower-a/events/export"
    with client(port, token()) as own:
        for _ in range(EXPORTS_PER_TOKEN):
            with own.stream("GET", path) as answer:
                assert answer.status_code == 200
                pieces = answer.iter_raw()
                next(pieces)
                freezer.freeze()
                began = time.monotonic()
                with pytest.raises(httpx2.RemoteProtocolError):
                    list(pieces)
                assert time.monotonic() - began < BOUND_S
            freezer.thaw()
            eventually("the database answers", lambda: own.get("/api/v1/projects").is_success)
        assert own.get(path).status_code == 200
