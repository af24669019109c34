"""Runs processes of the system under measurement, and ends them with their descendants."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil

from bench.servers import Servers

ROOT = Path(__file__).parent.parent
WAIT_S = 60.0


def environment(servers: Servers) -> dict[str, str]:
    """Return the environment of a process that uses the servers of a run."""
    return {
        **os.environ,
        "TASK_LEDGER_DATABASE_URL": servers.database_url,
        "TASK_LEDGER_WORKER_DATABASE_URL": servers.url_for("worker"),
        "TASK_LEDGER_BROKER_URL": servers.broker_url,
        "TASK_LEDGER_VAR_DIR": str(servers.folder / "var"),
        "TASK_LEDGER_NOTIFY_NETWORKS": "127.0.0.0/8",
        "BENCH_BACKEND_URL": servers.database_url,
    }


Start = Callable[..., subprocess.Popen[Any]]
"""Starts `python -m` with these arguments, and with options of `subprocess.Popen`."""


def python(*argv: str, **options: Any) -> subprocess.Popen[Any]:
    """Run `python -m argv…` in an interpreter of its own."""
    return subprocess.Popen([sys.executable, "-m", *argv], **options)


@contextmanager
def process(
    servers: Servers, name: str, *argv: str, start: Start = python
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python -m argv…` on the servers; its output goes to `<name>.log` of their folder."""
    with log_of(servers, name).open("ab") as log:
        running = start(
            *argv, cwd=ROOT, env=environment(servers), stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def cpu_s(pid: int | None = None) -> float:
    """Return the processor time of a process and its descendants, in seconds.

    Ended children count with the process that waited for them.

    Args:
        pid: the process. Default: this one, whose descendants include the servers.
    """
    total = 0.0
    this = psutil.Process(pid)
    for one in (this, *this.children(recursive=True)):
        try:
            total += sum(one.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue  # its parent accounts for its time
    return total


def log_of(servers: Servers, name: str) -> Path:
    """Return the file with a process's output."""
    return servers.folder / f"{name}.log"


def until(
    servers: Servers, name: str, condition: Callable[[], Any], *, every_s: float = 0.02
) -> None:
    """Wait for a condition that the process `name` brings about, looking every `every_s`.

    Raises:
        RuntimeError: the condition was not met in time; the text ends with the process's last
            output.
    """
    deadline = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > deadline:
            log = log_of(servers, name).read_text(errors="replace")
            raise RuntimeError(f"waited for {name} in vain: {log[-3000:]}")
        time.sleep(every_s)


def answers(client: httpx2.Client) -> bool:
    """Return whether the api process at the client's address answers."""
    try:
        return client.get("/healthz").status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def free_port() -> int:
    """Return a port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
