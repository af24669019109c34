"""Clients that drip a body in, or read nothing of an answer, hold nothing for long."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from task_ledger.cli.spawn import PROTOCOL, server_arguments
from task_ledger.model.events import Progress
from task_ledger.ops.settings import Settings
from task_ledger.server import http_protocol, slow_clients
from task_ledger.server.app import create_app
from task_ledger.server.mounting import ledger_app, ledger_lifespan
from task_ledger.server.resources import EXPORTS_PER_TOKEN
from task_ledger.server.streaming import slots
from tests.servers import NO_TLS
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, Server, eventually, resident_bytes
from tests.task_ledger.server.served_here import served_here

Token = Callable[..., dict[str, str]]

PATIENCE_S = 1.0
LARGE = 60_000
"""Characters in the data of a large event."""


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocks that end within a second."""
    monkeypatch.setattr(slow_clients, "PATIENCE_S", PATIENCE_S)
    monkeypatch.setattr(http_protocol, "HEAD_S", PATIENCE_S)
    monkeypatch.setattr(http_protocol, "TAKE_S", 2 * PATIENCE_S)


@pytest.fixture(params=["alone", "mounted"])
def port(request: pytest.FixtureRequest, soon: None, settings: Settings) -> Iterator[int]:
    """The application, served alone and within another one."""
    ledger = create_app(settings, plugins=())
    if request.param == "mounted":
        ledger = ledger_app(settings, plugins=())
        host = FastAPI(lifespan=lambda _: ledger_lifespan(ledger))
        host.mount("/", ledger)
        with served_here(host) as port:
            yield port
    else:
        with served_here(ledger, http=PROTOCOL) as port:
            yield port


def large_history(ledger: Ledger, tasks: int) -> None:
    """So many tasks in tower-a, each with a large result."""
    for _ in range(tasks):
        task = ledger.register("tower-a")
        ledger.start(task)
        ledger.complete(task, {"text": "x" * LARGE})


def connected(port: int, takes: int = 4096) -> socket.socket:
    """A connection that takes so many bytes into its own buffer."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", port))
    return connection


def asked(port: int, path: str, headers: dict[str, str], takes: int = 4096) -> socket.socket:
    """A connection that has asked for something, and has the answer's first bytes."""
    connection = connected(port, takes)
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {headers['Authorization']}\r\n\r\n"
    connection.sendall(head.encode())
    assert connection.recv(12) == b"HTTP/1.1 200"
    return connection


def client(port: int, headers: dict[str, str]) -> httpx2.Client:
    return httpx2.Client(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=20, verify=NO_TLS
    )


def test_a_body_that_drips_in_ends_with_408(port: int, token: Token, ledger: Ledger) -> None:
    task_id = ledger.register("tower-a").id
    with connected(port) as connection:
        connection.sendall(
            (
                f"POST /api/v1/tasks/{task_id}/cancel HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: {token()['Authorization']}\r\n"
                "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
            ).encode()
        )
        began = time.monotonic()
        connection.settimeout(PATIENCE_S / 10)
        answer = b""
        while not answer:
            try:
                answer = connection.recv(4096)
            except TimeoutError:
                connection.sendall(b" ")
            assert time.monotonic() < began + 10 * PATIENCE_S
    assert time.monotonic() - began >= PATIENCE_S / 2
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer.lower()
    with client(port, token("other")) as other:
        assert other.get(f"/api/v1/tasks/{task_id}").json()["status"] == "PENDING"


def test_exports_that_nobody_reads_give_their_places_back(
    port: int, token: Token, ledger: Ledger, projector: Projector
) -> None:
    large_history(ledger, 100)
    projector.caught_up()
    path = "/api/v1/projects/tower-a/events/export"
    greedy = token("greedy", "auditor")
    with ExitStack() as stack, client(port, greedy) as other:
        for _ in range(EXPORTS_PER_TOKEN):
            stack.enter_context(asked(port, path, greedy))
        assert other.get(path).status_code == 429
        eventually("a place is free", lambda: other.get(path).status_code == 200)


def test_streams_that_nobody_reads_give_their_places_back(
    port: int,
    token: Token,
    ledger: Ledger,
    projector: Projector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slots, "STREAMS_PER_TOKEN", 3)
    large_history(ledger, 100)
    projector.caught_up()
    path = "/api/v1/projects/tower-a/events/stream"
    greedy = token("greedy", "viewer")
    with ExitStack() as stack, client(port, greedy) as other:
        for _ in range(3):
            stack.enter_context(asked(port, f"{path}?after=0", greedy))

        def opened() -> bool:
            with other.stream("GET", path) as answer:
                return answer.status_code == 200

        assert not opened()
        eventually("a stream is free", opened)


def test_a_reader_that_is_steady_gets_all(
    port: int, token: Token, ledger: Ledger, projector: Projector
) -> None:
    large_history(ledger, 100)
    projector.caught_up()
    path = "/api/v1/projects/tower-a/events/export"
    with asked(port, path, token(), takes=256 * 1024) as connection:
        taken, end = 0, b""
        began = time.monotonic()
        while not end.endswith(b"0\r\n\r\n"):
            piece = connection.recv(64 * 1024)
            assert piece, "the export was cut off"
            taken += len(piece)
            end = (end + piece)[-5:]
            time.sleep(0.02)
    assert time.monotonic() - began > 1.5 * PATIENCE_S
    assert taken > 100 * LARGE


def test_a_head_that_drips_in_is_given_up(soon: None, settings: Settings) -> None:
    with served_here(create_app(settings, plugins=()), http=PROTOCOL) as port:
        for first in (
            b"",
            b"GET /healthz HTTP/1.1\r\n",
            b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nG",
        ):
            with connected(port) as connection:
                connection.settimeout(PATIENCE_S / 10)
                connection.sendall(first)
                began, closed = time.monotonic(), False
                while not closed:
                    try:
                        closed = connection.recv(4096) == b""
                        if first:
                            connection.sendall(b"X")
                    except TimeoutError:
                        if first:
                            connection.sendall(b"X")
                    except ConnectionError:
                        closed = True
                    assert time.monotonic() < began + 10 * PATIENCE_S


def test_a_connection_stays_open_between_two_requests(soon: None, settings: Settings) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with (
        served_here(create_app(settings, plugins=()), http=PROTOCOL) as port,
        connected(port) as connection,
    ):
        for _ in range(2):
            connection.settimeout(20)
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b"}"):
                piece = connection.recv(4096)
                assert piece, "it was closed"
                answer += piece
            assert answer.startswith(b"HTTP/1.1 200")
            connection.settimeout(3 * PATIENCE_S)
            with pytest.raises(TimeoutError):
                connection.recv(4096)


def test_the_api_is_served_with_this_protocol_and_outlasts_its_proxies() -> None:
    arguments = server_arguments("127.0.0.1", 8000, "127.0.0.1")
    assert arguments[arguments.index("--http") + 1] == PROTOCOL
    assert int(arguments[arguments.index("--timeout-keep-alive") + 1]) > 60


def test_a_connection_whose_answer_is_not_read_is_closed(
    soon: None, settings: Settings, token: Token, ledger: Ledger, projector: Projector
) -> None:
    large_history(ledger, 100)
    projector.caught_up()
    headers = token()
    with (
        served_here(create_app(settings, plugins=()), http=PROTOCOL) as port,
        asked(port, "/api/v1/projects/tower-a/events/export", headers) as connection,
    ):
        # Reading only then: what was buffered comes, and an end that is not the export's.
        time.sleep(4 * PATIENCE_S)
        piece, last = b"x", b""
        try:
            while piece:
                last = piece
                piece = connection.recv(65536)
        except ConnectionError:
            pass
    assert not last.endswith(b"0\r\n\r\n")


@pytest.mark.slow
def test_stalled_pages_of_large_events_stay_small_in_memory(
    server: Server, token: Token, ledger: Ledger, projector: Projector
) -> None:
    large_history(ledger, 250)
    projector.caught_up()
    headers = token()
    path = "/api/v1/projects/tower-a/events?limit=500&type=completed"
    with ExitStack() as stack:
        stack.enter_context(asked(server.port, path, headers))
        before = resident_bytes(server.process.pid)
        for _ in range(30):
            stack.enter_context(asked(server.port, path, headers))
        assert resident_bytes(server.process.pid) - before < 96 * 1024 * 1024


def test_pages_of_large_events_go_on_where_they_ended(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    large_history(ledger, 20)
    projector.caught_up()
    path = "/api/v1/projects/tower-a/events?order=oldest&limit=500"
    first = client.get(path).json()
    assert 1 < len(first["events"]) < 60
    rest = client.get(f"{path}&cursor={first['next']}").json()
    assert rest["next"] is None
    numbers = [event["seq"] for event in first["events"] + rest["events"]]
    assert numbers == list(range(1, 61))


def test_pages_of_a_tasks_large_events_do_too(client: TestClient, ledger: Ledger) -> None:
    task = ledger.register("tower-a")
    ledger.start(task)
    for _ in range(520):
        ledger.append(task, Progress(percent=1, step="x" * 300, detail="x" * 2000))
    path = f"/api/v1/tasks/{task.id}/events?limit=500"
    first = client.get(path).json()
    assert 400 < len(first["events"]) < 500
    rest = client.get(f"{path}&after={first['next']}").json()
    assert rest["next"] is None
    versions = [event["version"] for event in first["events"] + rest["events"]]
    assert versions == list(range(1, 523))
