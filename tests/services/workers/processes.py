"""The processes of a running system: started, watched while something is awaited, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.forked import Forked
from tests.servers import Database


@dataclass
class Processes:
    """Processes that share an environment; what they say is in log files in `folder`."""

    database: Database
    environment: dict[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list[Any])

    def start(self, name: str, *argv: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a module of Python; its output goes to a file that a failure shows."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = Forked(
                *argv,
                env=self.environment | variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_worker(
        self,
        name: str = "worker",
        queues: str = "celery,ocr",
        concurrency: int = 2,
        **variables: str,
    ) -> subprocess.Popen[bytes]:
        """Start a worker of the takeoff's tasks and wait until it takes messages."""
        log = self.folder / f"{name}.log"
        before = log.read_bytes().count(b" ready.") if log.exists() else 0
        worker = self.start(
            name,
            *("celery", "--app", "services.workers.app", "worker", "--hostname", f"{name}@test"),
            *("--concurrency", str(concurrency), "--queues", queues),
            *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
            **variables,
        )
        self.until(f"worker {name}", lambda: log.read_bytes().count(b" ready.") > before)
        return worker

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and everything that it started."""
        self.processes.remove(process)
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def until(self, what: str, condition: Callable[[], Any], timeout_s: float = 120) -> Any:
        """Wait for a condition, by asking for it; return what it gives."""
        deadline = time.monotonic() + timeout_s
        while not (given := condition()):
            dead = [process.args for process in self.processes if process.poll() is not None]
            assert not dead, f"{dead} ended\n{self.last_lines()}"
            assert time.monotonic() < deadline, f"waited for {what} in vain\n{self.last_lines()}"
            time.sleep(0.05)
        return given

    def logs(self) -> str:
        """Everything that the processes have said."""
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def last_lines(self) -> str:
        """The last lines of every process."""
        return "\n".join(
            f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-30:])
            for path in sorted(self.folder.glob("*.log"))
        )
