"""The system under load: servers, every process of the product, and its clients."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx2
import psycopg

from bench.processes import (
    ROOT,
    Start,
    answers,
    environment,
    free_port,
    log_of,
    process,
    until,
)
from bench.servers import Servers, servers
from task_ledger import access
from task_ledger.notifier.channels import Kind, save_channel
from task_ledger.notifier.rules import Trigger, add_rule
from tests.soak.past import load_past
from tests.task_ledger.notifier.receiver import receiving

SCHEMA: Final = (Path(__file__).parent / "schema.sql").read_bytes()
CONCURRENCY: Final = 3
PROJECTORS: Final = ("projector-1", "projector-2")
_WORKER: Final = (
    *("celery", "-A", "tests.soak.app", "worker", "--pool=prefork", f"--concurrency={CONCURRENCY}"),
    *("--loglevel=INFO", "--without-gossip", "--without-mingle"),
)


@dataclass
class System:
    """Everything that runs.

    Attributes:
        begin: starts a process.
        processes: the product's, by name; a replaced one keeps its name.
        api: the api's address.
    """

    servers: Servers
    begin: Start
    processes: dict[str, subprocess.Popen[bytes]] = field(
        default_factory=dict[str, subprocess.Popen[bytes]]
    )
    api: str = ""
    _token: str = ""
    _log_from: dict[str, int] = field(default_factory=dict[str, int])
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def answers_file(self) -> Path:
        """Where the readers write down every answer."""
        return self.servers.folder / "answers.txt"

    def pids(self) -> Mapping[str, int]:
        """The product's processes and PostgreSQL, by name."""
        return {
            **{name: running.pid for name, running in self.processes.items()},
            "PostgreSQL": self.servers.pid,
        }

    def replace(self, name: str) -> None:
        """SIGKILL a process with its children, and start another in its place.

        Returns when the new one says that it has started.
        """
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes[name].wait()
        self._start(name, "task_ledger.projector")
        self._until_logged(name, b"started")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `task-ledger` to its end."""
        told = environment(self.servers)
        with self.begin(
            "task_ledger", *arguments, cwd=ROOT, env=told, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        ) as running:  # fmt: skip
            out, err = running.communicate()
        return subprocess.CompletedProcess(arguments, running.returncode, out, err)

    def keep_logs(self, folder: Path) -> None:
        """Copy the output of every process and server into a folder."""
        for log in self.servers.folder.rglob("*.log"):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(log, folder / log.name)

    def ended(self) -> dict[str, int]:
        """Statuses of processes that have ended, by name; none should."""
        statuses = {name: running.poll() for name, running in self.processes.items()}
        return {name: status for name, status in statuses.items() if status is not None}

    @contextmanager
    def client(self, name: str, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a client of the system; on leaving, it has ended.

        Raises:
            RuntimeError: it ended with another status than 0; the text ends with its last output.
        """
        log = log_of(self.servers, name)
        told = os.environ | environment(self.servers)
        told |= {"SOAK_TOKEN": self._token, "SOAK_API_DATABASE_URL": self.servers.url_for("api")}
        with log.open("wb") as output:
            running = self.begin(*argv, cwd=ROOT, env=told, stdout=output, stderr=output)
        try:
            yield running
        finally:
            running.terminate()
            status = running.wait(60)
        if status:
            text = log.read_text(errors="replace")[-3000:]
            raise RuntimeError(f"{name} ended with status {status}: {text}")

    def start(self) -> None:
        """Start every process; returns when all of them work."""
        opened = self.command("seal", "open", "soak.example/ledger")
        if opened.returncode:
            raise RuntimeError(opened.stderr)
        self._stack.enter_context(_notifies_of_failures(self.servers))
        port = free_port()
        self.api = f"http://127.0.0.1:{port}"
        self._start("api", "task_ledger", "api", "--host", "127.0.0.1", "--port", str(port))
        for name in PROJECTORS:
            self._start(name, "task_ledger.projector")
        self._start("sealer", "task_ledger.sealer")
        self._start("notifier", "task_ledger.notifier")
        self._start("worker", *_WORKER)
        with httpx2.Client(base_url=self.api) as client:
            until(self.servers, "api", lambda: answers(client))
        for name in (*PROJECTORS, "sealer", "notifier"):
            self._until_logged(name, b"started")
        self._until_logged("worker", b" ready.")
        with psycopg.connect(self.servers.url_for("owner"), autocommit=True) as owner:
            self._token = access.create(owner, "soak", "operator")

    def end(self) -> None:
        """End every process."""
        self._stack.close()

    def _start(self, name: str, *argv: str) -> None:
        log = log_of(self.servers, name)
        # A replaced process appends to the log of the one before it.
        self._log_from[name] = log.stat().st_size if log.exists() else 0
        self.processes[name] = self._stack.enter_context(
            process(self.servers, name, *argv, start=self.begin)
        )

    def _until_logged(self, name: str, text: bytes) -> None:
        log, start = log_of(self.servers, name), self._log_from[name]
        until(self.servers, name, lambda: text in log.read_bytes()[start:])


@contextmanager
def _notifies_of_failures(servers: Servers) -> Iterator[None]:
    """A webhook for each task that fails for good, and its receiver."""
    with (
        receiving() as receiver,
        psycopg.connect(servers.url_for("api"), autocommit=True) as connection,
    ):
        save_channel(connection, "soak", Kind.WEBHOOK, receiver.url(), actor="soak")
        add_rule(connection, "soak", Trigger.FAILED, actor="soak", text="type:failing")
        yield


@contextmanager
def running(settings: Mapping[str, str] | None, past_tasks: int, begin: Start) -> Iterator[System]:
    """Start servers with a past month, and every process; end all of it afterwards.

    Args:
        settings: of PostgreSQL, in addition to its defaults.
        past_tasks: number of tasks in the past month.
        begin: starts each process.
    """
    with servers(settings) as started:
        with psycopg.connect(started.superuser_url, autocommit=True) as superuser:
            superuser.execute(SCHEMA)
            load_past(superuser, past_tasks)
        system = System(started, begin)
        try:
            system.start()
            yield system
        finally:
            system.end()
