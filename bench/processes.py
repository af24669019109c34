"""Runs processes of the system under measurement, and ends them with their descendants."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.servers import Servers

ROOT = Path(__file__).parent.parent
WAIT_S = 60.0


@contextmanager
def process(servers: Servers, name: str, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python -m argv…` on the servers; its output goes to `<name>.log` of their folder."""
    environment = {
        **os.environ,
        "TASK_LEDGER_DATABASE_URL": servers.database_url,
        "TASK_LEDGER_WORKER_DATABASE_URL": servers.url_for("worker"),
        "TASK_LEDGER_BROKER_URL": servers.broker_url,
        "TASK_LEDGER_VAR_DIR": str(servers.folder / "var"),
        "BENCH_BACKEND_URL": servers.database_url,
    }
    with log_of(servers, name).open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", *argv], cwd=ROOT, env=environment, stdout=log, stderr=log,
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


def log_of(servers: Servers, name: str) -> Path:
    """Return the file with a process's output."""
    return servers.folder / f"{name}.log"


def until(servers: Servers, name: str, condition: Callable[[], Any]) -> None:
    """Wait for a condition that the process `name` brings about.

    Raises:
        RuntimeError: the condition was not met in time; the text ends with the process's last
            output.
    """
    deadline = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > deadline:
            log = log_of(servers, name).read_text(errors="replace")
            raise RuntimeError(f"waited for {name} in vain: {log[-3000:]}")
        time.sleep(0.02)
