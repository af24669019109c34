"""The live stream: resumed without gap or double, and ended when it has to."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger import access
from tests.servers import Database
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, Server, eventually, resident_bytes
from tests.task_ledger.server.slow_client import SlowClient

Token = Callable[..., dict[str, str]]
PATH = "/api/v1/projects/tower-a/events"


class Listener:
    """Reads a stream in a thread."""

    def __init__(self, server: Server, headers: dict[str, str], path: str) -> None:
        self.received: list[tuple[int, dict[str, Any]]] = []
        self.status = 0
        self.ended = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(server, headers, path))
        self._thread.start()

    def _listen(self, server: Server, headers: dict[str, str], path: str) -> None:
        try:
            with server.client(headers) as client, client.stream("GET", path) as answer:
                self.status = answer.status_code
                number = 0
                for line in answer.iter_lines():
                    if self._stop.is_set():
                        return
                    if line.startswith("id: "):
                        number = int(line[4:].partition("@")[0])
                    if line.startswith("data: "):
                        self.received.append((number, json.loads(line[6:])))
                    if not line and self.received:
                        last, body = self.received[-1]
                        self.received[-1] = (number or last, body)
        except httpx2.TransportError:
            pass
        finally:
            self.ended.set()

    @property
    def seqs(self) -> list[int]:
        """The numbers that came."""
        return [body["seq"] for _, body in self.received]

    def leave(self) -> None:
        """Stop at the next line."""
        self._stop.set()

    def join(self) -> None:
        """Wait for the thread."""
        self._thread.join(20)


@pytest.fixture
def listen(server: Server, token: Token) -> Iterator[Callable[..., Listener]]:
    headers = token("listener", "viewer")
    listeners: list[Listener] = []

    def start(query: str = "", more: dict[str, str] | None = None) -> Listener:
        listener = Listener(server, headers | (more or {}), f"{PATH}/stream{query}")
        listeners.append(listener)
        return listener

    yield start
    for listener in listeners:
        listener.leave()
    server.process.send_signal(signal.SIGTERM)
    for listener in listeners:
        listener.join()


def test_a_stream_tells_what_comes_as_it_comes(
    listen: Callable[..., Listener], ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    projector.caught_up()
    streams = [listen() for _ in range(3)]
    eventually("the streams are open", lambda: all(s.status == 200 for s in streams))
    ledger.finished()
    eventually("all of it came", lambda: all(len(s.seqs) == 4 for s in streams))
    for stream in streams:
        assert stream.seqs == [5, 6, 7, 8]
        assert [number for number, _ in stream.received] == stream.seqs
        assert stream.received[-1][1]["type"] == "completed"


def test_a_stream_resumes_without_gap_or_double(
    listen: Callable[..., Listener], ledger: Ledger, projector: Projector
) -> None:
    ledger.register()
    projector.caught_up()
    writing = threading.Thread(target=lambda: [ledger.finished() for _ in range(60)])
    writing.start()
    found: list[int] = []
    last = 0
    while last < 241:
        resumed = listen("", {"Last-Event-ID": str(last)}) if last else listen("?after=0")
        eventually("something came", lambda s=resumed, n=last: len(s.seqs) >= min(50, 241 - n))
        taken = resumed.seqs[:50]
        resumed.leave()
        found += taken
        last = found[-1]
    writing.join()
    assert found == list(range(1, 242))


def test_a_stream_cannot_be_resumed_behind_its_end(
    server: Server, token: Token, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    projector.caught_up()
    with server.client(token()) as client:
        for given in ("5", "99999999999999999999", "x", "-1", "²"):
            answer = client.get(f"{PATH}/stream", headers=[(b"Last-Event-ID", given.encode())])
            assert answer.status_code == 400, given


def test_a_stream_is_not_resumed_from_another_epoch(
    server: Server, token: Token, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    projector.caught_up()
    with server.client(token()) as client:
        epoch = client.get(PATH).json()["epoch"]
        for headers, query in (
            ({"Last-Event-ID": "2@00000000"}, ""),
            ({}, "?after=2&epoch=00000000"),
        ):
            with client.stream("GET", f"{PATH}/stream{query}", headers=headers) as answer:
                assert answer.status_code == 409
                problem = json.loads(answer.read())
            assert (problem["code"], problem["epoch"]) == ("epoch_changed", epoch)


def test_a_page_is_not_continued_from_another_epoch(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    projector.caught_up()
    page = client.get(PATH, params={"limit": 2}).json()
    more = {"limit": 2, "cursor": page["next"], "epoch": page["epoch"]}
    assert len(client.get(PATH, params=more).json()["events"]) == 2
    answer = client.get(PATH, params=more | {"epoch": "00000000"})
    assert (answer.status_code, answer.json()["code"]) == (409, "epoch_changed")


def test_streams_end_when_the_epoch_changes(
    listen: Callable[..., Listener], database: Database, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    projector.caught_up()
    stream = listen("?after=0")
    eventually("it came", lambda: len(stream.seqs) == 4)
    # As if another server had taken over.
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION task_ledger.epoch() RETURNS text LANGUAGE sql STABLE"
            " RETURN '0123abcd'::text"
        )
    assert stream.ended.wait(5)
    resumed = listen("", {"Last-Event-ID": "4@0123abcd"})
    eventually("the stream is open", lambda: resumed.status == 200)


def test_streams_end_promptly_when_the_server_stops(
    listen: Callable[..., Listener], server: Server, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    projector.caught_up()
    stream = listen("?after=0")
    eventually("it came", lambda: len(stream.seqs) == 4)
    server.process.send_signal(signal.SIGTERM)
    # A server waits for every answer that has not ended.
    server.process.wait(10)
    assert server.process.returncode in (0, -signal.SIGTERM)
    assert stream.ended.wait(5)


def _large(ledger: Ledger, count: int) -> None:
    for _ in range(count):
        task = ledger.register()
        ledger.start(task)
        ledger.complete(task, {"text": "x" * 60_000})


@pytest.mark.slow
def test_a_client_that_takes_nothing_does_not_fill_the_servers_memory(
    server: Server, token: Token, ledger: Ledger, projector: Projector
) -> None:
    ledger.register()
    projector.caught_up()
    with SlowClient(server, token("slow", "viewer")) as slow:
        before = resident_bytes(server.process.pid)
        _large(ledger, 1000)
        projector.caught_up()
        most = 0
        end = time.monotonic() + 2
        while time.monotonic() < end:
            most = max(most, resident_bytes(server.process.pid))
        assert most - before < 32 * 1024 * 1024
        # It lost nothing: once it reads, all of it comes.
        slow.read_until(3001)
    assert slow.seqs == list(range(1, 3002))


def test_what_comes_while_a_stream_catches_up_comes_once(
    server: Server, token: Token, ledger: Ledger, projector: Projector
) -> None:
    _large(ledger, 200)
    projector.caught_up()
    with SlowClient(server, token("slow", "viewer")) as slow:
        for _ in range(10):
            ledger.register()
        projector.caught_up()
        slow.read_until(610)
        ledger.register()
        slow.read_until(611)
    assert slow.seqs == list(range(1, 612))


def test_a_stream_ends_soon_after_its_token_is_revoked(
    listen: Callable[..., Listener],
    ledger: Ledger,
    projector: Projector,
    owner: psycopg.Connection[Any],
) -> None:
    ledger.finished()
    projector.caught_up()
    stream = listen("?after=0")
    eventually("it came", lambda: len(stream.seqs) == 4)
    access.revoke(owner, "listener")
    assert stream.ended.wait(5)
