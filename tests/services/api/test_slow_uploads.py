"""Uploads that drip in hold no place for long, and one token cannot take them all."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import anyio
import httpx2
import pytest

from services.api.app import create_app
from services.api.upload import places
from services.api.upload.places import UPLOADS, UPLOADS_PER_TOKEN, UploadPlaces
from task_ledger.ops.settings import Settings
from task_ledger.server import slow_clients
from task_ledger.server.problems import ProblemError
from tests.servers import NO_TLS
from tests.takeoff.files import pdf_bytes
from tests.task_ledger.server.processes import eventually
from tests.task_ledger.server.served_here import served_here

Token = Callable[..., dict[str, str]]

PATH = "/api/v1/projects/tower-a/documents"


@pytest.fixture
def port(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The application, which waits a second for a slow client."""
    monkeypatch.setattr(slow_clients, "PATIENCE_S", 1.0)
    with served_here(create_app(settings)) as port:
        yield port


def client(port: int, headers: dict[str, str]) -> httpx2.Client:
    return httpx2.Client(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=20, verify=NO_TLS
    )


def begun(port: int, headers: dict[str, str]) -> socket.socket:
    """A connection that has begun to upload a file."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=0.1)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {headers['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF'
    )
    connection.sendall(head.encode())
    return connection


def dripped(connection: socket.socket) -> bytes:
    """The beginning of the answer to an upload that goes on byte by byte."""
    while True:
        try:
            return connection.recv(12)
        except TimeoutError:
            connection.sendall(b"x")


def test_uploads_that_drip_in_end_with_408_and_leave_their_places_to_others(
    port: int, token: Token, settings: Settings
) -> None:
    tokens = [token("one"), token("two")]
    assert len(tokens) * UPLOADS_PER_TOKEN == UPLOADS
    with ExitStack() as stack, client(port, token("three")) as other:
        other.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
        slow = [
            stack.enter_context(begun(port, headers))
            for headers in tokens
            for _ in range(UPLOADS_PER_TOKEN)
        ]
        eventually("all began", lambda: len(_files(settings)) == UPLOADS)
        with ThreadPoolExecutor(UPLOADS) as threads:
            answers = threads.map(dripped, slow)
            uploaded = other.post(PATH, files={"file": ("a.pdf", pdf_bytes())})
            assert uploaded.status_code == 202
            assert list(answers) == [b"HTTP/1.1 408"] * UPLOADS
        eventually("nothing is left of them", lambda: _files(settings) == [])


def _files(settings: Settings) -> list[Path]:
    return list((settings.var_dir / "uploads").rglob("upload"))


def test_a_token_waits_for_its_own_places_and_leaves_the_rest_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "WAIT_S", 0.2)

    async def scenario() -> list[int]:
        uploads, refused = UploadPlaces(), list[int]()

        async def refuse(token: str) -> None:
            try:
                async with uploads.taken(token):
                    raise AssertionError("there was a place")
            except ProblemError as problem:
                refused.append(problem.status)

        async with AsyncExitStack() as held:
            first = await held.enter_async_context(AsyncExitStack())
            for _ in range(UPLOADS_PER_TOKEN):
                await first.enter_async_context(uploads.taken("one"))
            await refuse("one")
            for _ in range(UPLOADS - UPLOADS_PER_TOKEN):
                await held.enter_async_context(uploads.taken("two"))
            await refuse("three")
            await first.aclose()
            async with uploads.taken("one"), uploads.taken("three"):
                return refused

    assert anyio.run(scenario) == [429, 503]
