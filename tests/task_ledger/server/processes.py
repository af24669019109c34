"""The projector, and the served application as a process of its own."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import IO, Any

import httpx2
from psycopg import Connection

from task_ledger.cli.spawn import KEEP_ALIVE_S
from task_ledger.eventlog.lag import read_lag
from task_ledger.ops.settings import Settings
from task_ledger.projector.parts import openings
from task_ledger.projector.service import run
from tests.forked import Forked
from tests.servers import NO_TLS


def eventually(what: str, holds: Callable[[], bool], timeout_s: float = 60) -> None:
    """Wait for a condition; fail when it does not come true."""
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end, f"{what} did not come true within {timeout_s} s"
        time.sleep(0.01)


@dataclass
class Projector:
    """A running projector."""

    owner: Connection[Any]

    def caught_up(self) -> None:
        """Wait until everything that is committed has been folded and numbered."""
        eventually("the projector caught up", lambda: read_lag(self.owner).events == 0)


@contextmanager
def projecting(settings: Settings, owner: Connection[Any]) -> Iterator[Projector]:
    """The service, which only folds; in this process, because every second test has one."""
    stop = Event()
    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(run, {"fold": openings(settings)["fold"]}, stop)
        try:
            yield Projector(owner)
        finally:
            stop.set()
            assert ended.result(20), "the projector failed; see what it logged"


@dataclass
class Server:
    """The served application."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, headers: dict[str, str], **options: Any) -> httpx2.Client:
        """A client of it."""
        return httpx2.Client(
            base_url=self.url, headers=headers, timeout=30, verify=NO_TLS, **options
        )


@contextmanager
def serving(
    environment: dict[str, str],
    *,
    log: IO[bytes] | None = None,
    port: int | None = None,
    arguments: Sequence[str] = ("--no-access-log", "--log-level", "warning"),
    application: str = "task_ledger.server.app:serve",
) -> Iterator[Server]:
    """uvicorn with the application; what it says goes to `log`, or to the test's own output."""
    port = port or _free_port()
    process = Forked(
        *("uvicorn", application, "--factory", "--port", str(port), *arguments),
        # For longer than its clients keep connections, as the command does.
        *("--timeout-keep-alive", str(KEEP_ALIVE_S)),
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stderr=log,
    )
    server = Server(port, process)

    def answers(client: httpx2.Client) -> bool:
        assert process.poll() is None, "the server ended as it started"
        try:
            return client.get("/healthz").status_code == 200
        except httpx2.TransportError:
            return False

    try:
        with server.client({}) as client:
            eventually("the server answered", lambda: answers(client), timeout_s=60)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def resident_bytes(pid: int) -> int:
    """The memory that a process has now."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
