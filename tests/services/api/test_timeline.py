"""The timeline: filtered, paged, streamed live, exported so that it can be verified."""

import csv
import io
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger import access
from task_ledger.digest import first_misfit
from task_ledger.events import TaskEvent
from task_ledger.transitions import EventType, State
from tests.services.api.ledger import Ledger
from tests.services.api.processes import Projector, Server, eventually, resident_bytes

Token = Callable[..., dict[str, str]]
PATH = "/api/v1/projects/tower-a/events"


@pytest.fixture
def told(client: TestClient, ledger: Ledger, projector: Projector) -> TestClient:
    """Two finished tasks and a failed one: 11 events."""
    ledger.finished(name="Process A-101.pdf")
    ledger.finished(name="Read A-101", task_type="ocr_processing", actor="anna")
    failed = ledger.register(name="Scale", task_type="scale_detection", actor="anna")
    ledger.start(failed)
    ledger.fail(failed, "no 100% sure scale", traceback="Traceback: hunter2")
    projector.caught_up()
    return client


def _seqs(client: TestClient, query: str) -> list[int]:
    return [event["seq"] for event in client.get(f"{PATH}{query}").json()["events"]]


def test_the_timeline_is_numbered_without_gaps(told: TestClient) -> None:
    body = told.get(f"{PATH}?order=oldest").json()
    assert [event["seq"] for event in body["events"]] == list(range(1, 12))
    assert (body["head"], body["next"]) == (11, None)
    assert _seqs(told, "") == list(range(11, 0, -1))
    first = body["events"][0]
    assert (first["type"], first["task_name"], first["actor"]) == (
        "registered",
        "Process A-101.pdf",
        "ops",
    )
    assert first["occurred_at"] != first["recorded_at"]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_of_the_timeline_meet(told: TestClient, order: str) -> None:
    found: list[int] = []
    cursor = ""
    while True:
        body = told.get(f"{PATH}?order={order}&limit=3{cursor}").json()
        found += [event["seq"] for event in body["events"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert found == sorted(range(1, 12), reverse=order == "newest")


def test_every_filter_of_the_timeline_filters(told: TestClient, ledger: Ledger) -> None:
    events = told.get(f"{PATH}?order=oldest").json()["events"]

    def where(matches: Callable[[dict[str, Any]], bool]) -> set[int]:
        return {event["seq"] for event in events if matches(event)}

    third = str(ledger.tasks[2].id)
    cases: list[tuple[dict[str, Any], set[int]]] = [
        ({"type": "failed"}, where(lambda e: e["type"] == "failed")),
        ({"type": ["failed", "progress"]}, where(lambda e: e["type"] in ("failed", "progress"))),
        ({"task_type": "ocr_processing"}, where(lambda e: e["task_type"] == "ocr_processing")),
        ({"task_id": third}, where(lambda e: e["task_id"] == third)),
        ({"actor": "anna"}, where(lambda e: e["actor"] == "anna")),
        ({"since": events[4]["recorded_at"]}, set(range(5, 12))),
        ({"until": events[4]["recorded_at"]}, set(range(1, 5))),
        ({"q": "EXTRACTING"}, where(lambda e: e["data"].get("step") == "Extracting pages")),
        ({"q": "100%"}, where(lambda e: e["type"] == "failed")),
        ({"q": "ValueError"}, where(lambda e: e["type"] == "failed")),
        ({"q": "Scale", "actor": "anna"}, where(lambda e: e["seq"] == 9)),
    ]
    for params, expected in cases:
        found = {e["seq"] for e in told.get(PATH, params=params).json()["events"]}
        assert expected, params
        assert found == expected, params


@pytest.mark.parametrize(
    "query",
    [
        "?nonsense=1",
        "?type=exploded",
        "?task_id=x",
        "?cursor=x",
        "?cursor=-1",
        "?cursor=99999999999999999999",
        "?order=random",
        "?until=soon",
        "?actor=%00",
        "/stream?after=x",
        "/stream?after=-1",
        "/stream?after=1",
        "/stream?nonsense=1",
        "/export?format=xlsx",
        "/export?nonsense=1",
    ],
)
def test_what_the_timeline_does_not_know_is_refused(client: TestClient, query: str) -> None:
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    answer = client.get(f"{PATH}{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_traceback_is_in_the_timeline_or_the_export(told: TestClient) -> None:
    for path in (PATH, f"{PATH}/export", f"{PATH}/export?format=csv"):
        text = told.get(path).text
        assert "ValueError" in text
        assert "hunter2" not in text


def _event(row: dict[str, Any]) -> TaskEvent:
    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None

    occurred_at, recorded_at = moment(row["occurred_at"]), moment(row["recorded_at"])
    assert occurred_at is not None
    assert recorded_at is not None
    return TaskEvent(
        task_id=UUID(row["task_id"]),
        version=int(row["version"]),
        project_id=row["project_id"],
        shard=int(row["shard"]),
        feed=int(row["feed"]),
        type=EventType(row["type"]),
        schema_version=int(row["schema_version"]),
        actor=row["actor"],
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        state=State(row["state"]),
        attempt=int(row["attempt"]),
        max_attempts=int(row["max_attempts"]) if row["max_attempts"] else None,
        claim=UUID(row["claim"]) if row["claim"] else None,
        cancel_requested=row["cancel_requested"] in (True, "True", "true"),
        due_at=moment(row["due_at"]),
        digest=bytes.fromhex(row["digest"]),
        data_text=row["data_text"],
    )


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_an_export_verifies_without_the_database(
    client: TestClient, ledger: Ledger, projector: Projector, form: str, tmp_path: Path
) -> None:
    task = ledger.register(name='Comma, "quote"\nand line; ünïcode')
    ledger.start(task)
    ledger.retry(task)
    client.post(f"/api/v1/tasks/{task.id}/cancel", json={"reason": "a, b"})
    ledger.finished(max_attempts=None)
    projector.caught_up()
    answer = client.get(f"{PATH}/export?format={form}")
    assert answer.status_code == 200
    assert f".{form}" in answer.headers["content-disposition"]
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    else:
        rows = [json.loads(line) for line in answer.text.splitlines()]
    events = [_event(row) for row in rows]
    assert len(events) == 9
    if form == "ndjson":
        file = tmp_path / "events.ndjson"
        file.write_text(answer.text, encoding="utf-8")
        check = [sys.executable, "docs/check_export.py", str(file)]
        assert subprocess.run(check, check=False).returncode == 0
    histories = [list(g) for _, g in groupby(sorted(events, key=_key), key=lambda e: e.task_id)]
    assert [first_misfit(history) for history in histories] == [None, None]
    # The check can fail: one changed actor shows.
    rows[0]["actor"] = "somebody else"
    altered = sorted([_event(row) for row in rows], key=_key)
    assert any(first_misfit(list(g)) for _, g in groupby(altered, key=lambda e: e.task_id))


def _key(event: TaskEvent) -> tuple[str, int]:
    return str(event.task_id), event.version


def test_an_empty_timeline_exports_as_nothing(client: TestClient) -> None:
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    assert client.get(f"{PATH}/export").text == ""
    assert client.get(f"{PATH}/export?format=csv").text.startswith("task_id,version,")


def test_exports_give_their_places_back(client: TestClient, told: TestClient) -> None:
    for _ in range(10):
        assert client.get(f"{PATH}/export").status_code == 200


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
                        number = int(line[4:])
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


def test_streams_end_promptly_when_the_server_stops(
    listen: Callable[..., Listener], server: Server, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished()
    projector.caught_up()
    stream = listen("?after=0")
    eventually("it came", lambda: len(stream.seqs) == 4)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(10)
    assert time.monotonic() - began < 3
    assert server.process.returncode in (0, -signal.SIGTERM)
    assert stream.ended.wait(5)


class SlowClient:
    """A client of a stream that takes its bytes only when it is told to."""

    def __init__(self, server: Server, headers: dict[str, str]) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(30)
        self._socket.connect(("127.0.0.1", server.port))
        request = (
            f"GET {PATH}/stream?after=0 HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {headers['Authorization']}\r\n\r\n"
        )
        self._socket.sendall(request.encode())
        # The answer has begun, so the stream is open.
        self._rest = self._socket.recv(16)
        self.seqs: list[int] = []

    def __enter__(self) -> "SlowClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def read_until(self, last: int) -> None:
        """Take what there is up to a number."""
        while self.seqs[-1:] != [last]:
            piece = self._socket.recv(1024 * 1024)
            assert piece
            lines = (self._rest + piece).split(b"\n")
            self._rest = lines.pop()
            self.seqs += [int(line[4:]) for line in lines if line.startswith(b"id: ")]


def _large(ledger: Ledger, count: int) -> None:
    for _ in range(count):
        task = ledger.register()
        ledger.start(task)
        ledger.complete(task, {"text": "x" * 60_000})


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


def test_a_stream_ends_when_its_token_is_revoked(
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
    assert stream.ended.wait(40)
