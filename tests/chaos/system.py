"""The system under chaos: servers and processes, each kept running, and killed on demand."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from threading import Event, Lock, Thread
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psutil
import psycopg
import redis
from psycopg import sql

from task_ledger import access
from task_ledger.local import watchdog
from task_ledger.local.embedded import AlreadyServed, EmbeddedPostgres, EmbeddedValkey, StopMode
from task_ledger.ops.migrate import upgrade
from task_ledger.ops.settings import with_role
from tests.chaos.disk import small_disk
from tests.chaos.own_clocks import own_clocks

WORKERS = 2
WORKER_LOGIN = "chaos_worker"
"""The login of the workers, which has a limit of connections of its own."""

CONCURRENCY = 3
REDISPATCH_AFTER_S = 6.0
ORPHANS_S = 15.0
SCHEMA = Path(__file__).parent / "schema.sql"


@dataclass
class Part:
    """One process of the system.

    Attributes:
        down_until: when it may be started again after a kill, by the monotonic clock.
        killed: whether it was this run that ended it.
        exits: the statuses with which it ended by itself.
        log_from: where in its log the last start begins.
    """

    name: str
    argv: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    down_until: float = 0.0
    killed: bool = False
    exits: list[int] = field(default_factory=list)
    log_from: int = 0


class System:
    """PostgreSQL and Valkey of this run's own, and every process of the product on them.

    Args:
        folder: for data and logs.

    Attributes:
        disk: where PostgreSQL's data is, if that is a file system of this run's own.
        clocks: the workers' own; None where is no compiler to make them.
        environment: of every process.
        struck: tasks that a stale message was for: what one refuses counts for one fault.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = EmbeddedPostgres(
            folder / "postgres",
            log=folder / "postgres.log",
            # What waits for no disk is lost with the power, not only what came in its last 0.2 s.
            settings={"wal_writer_delay": "10s"},
        )
        self.valkey = EmbeddedValkey(folder / "valkey", log=folder / "valkey.log")
        self.disk: Path | None = None
        self.clocks = own_clocks(folder)
        self.environment: dict[str, str] = {}
        self.postgres_lock, self.valkey_lock, self.feeds_lock = Lock(), Lock(), Lock()
        self._ending = Event()
        self._keeper = Thread(target=self._keep, name="keeper", daemon=True)
        self._orphans: list[tuple[float, psutil.Process]] = []
        self._port = _free_port()
        self.parts: dict[str, Part] = {}
        self.seen_messages: list[bytes] = []
        self.struck: set[UUID] = set()

    @property
    def api(self) -> str:
        """The api's address."""
        return f"http://127.0.0.1:{self._port}"

    def url_for(self, role: str) -> str:
        """The database, acting as one of the ledger's roles."""
        return with_role(self.postgres.url, f"task_ledger_{role}")

    @property
    def worker_url(self) -> str:
        """The database for the workers, by a login of their own."""
        parts = urlsplit(self.postgres.url)
        host = parts.netloc.rpartition("@")[2]
        url = urlunsplit(parts._replace(netloc=f"{WORKER_LOGIN}:{self._password}@{host}"))
        return with_role(url, "task_ledger_worker")

    @property
    def left_out(self) -> dict[str, str]:
        """Kinds of faults that this machine does not allow, and why."""
        why: dict[str, str] = {}
        if self.disk is None:
            why["fill_disk"] = "mounting a tmpfs for the database is refused; run it as root"
        if self.clocks is None:
            why["shift_clock"] = "gcc is not installed, which compiles the workers' clocks"
        return why

    def superuser(self) -> psycopg.Connection:
        """A connection that may do everything."""
        return psycopg.connect(
            self.postgres.superuser_url(self.postgres.login), autocommit=True, connect_timeout=2
        )

    def broker(self) -> redis.Redis:
        """A client of the broker."""
        return redis.Redis.from_url(self.valkey.url, socket_timeout=2, socket_connect_timeout=2)

    @contextmanager
    def running(self) -> Iterator["System"]:
        """Start everything; end all of it afterwards, orphans of killed workers included."""
        with small_disk(self.folder / "postgres") as self.disk:
            try:
                self.postgres.start()
                self.valkey.start()
                upgrade(self.postgres.url)
                self._prepare_database()
                self._start_parts()
                yield self
            finally:
                self._ending.set()
                if self._keeper.is_alive():
                    self._keeper.join()
                self._end_parts()
                self.valkey.stop("immediate")
                self.postgres.stop()

    def _prepare_database(self) -> None:
        self._password = token_hex(16)
        login = sql.Identifier(WORKER_LOGIN)
        with self.superuser() as connection:
            connection.execute(SCHEMA.read_bytes())
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    login, sql.Literal(self._password)
                )
            )
            connection.execute(sql.SQL("GRANT task_ledger_worker TO {}").format(login))

    def token(self) -> str:
        """A token of the api that may cancel."""
        with psycopg.connect(self.url_for("owner"), autocommit=True) as connection:
            return access.create(connection, "chaos", "operator")

    def kill(self, name: str, *, group: bool, down_s: float) -> int:
        """SIGKILL a process (with `group`, with its children), and keep it down for a while.

        Returns:
            Its process id; 0 when it was down already.
        """
        part = self.parts[name]
        process = part.process
        if process is None or process.poll() is not None:
            return 0
        part.down_until = time.monotonic() + down_s
        part.killed = True
        with suppress(psutil.NoSuchProcess):
            left = psutil.Process(process.pid).children(recursive=True)
            self._orphans += [(time.monotonic() + ORPHANS_S, child) for child in left]
        _signal(process.pid, signal.SIGKILL, group=group)
        return process.pid

    def pause(self, name: str, seconds: float) -> int:
        """SIGSTOP a process and its children for a while; returns its id."""
        process = self.parts[name].process
        if process is None or process.poll() is not None:
            return 0
        _signal(process.pid, signal.SIGSTOP, group=True)
        self._ending.wait(seconds)
        _signal(process.pid, signal.SIGCONT, group=True)
        return process.pid

    def children(self, name: str) -> list[int]:
        """The process ids of a process's children."""
        process = self.parts[name].process
        try:
            return sorted(c.pid for c in psutil.Process(process.pid).children()) if process else []
        except psutil.NoSuchProcess:
            return []

    def is_ready(self, worker: str) -> bool:
        """Whether a worker has said, since its last start, that it takes messages."""
        with (self.folder / f"{worker}.log").open("rb") as log:
            log.seek(self.parts[worker].log_from)
            return b" ready." in log.read(20_000)

    def restart_postgres(self, mode: StopMode, down_s: float) -> None:
        """Stop PostgreSQL and start it again; nobody else may do so meanwhile."""
        with self.postgres_lock:
            self.postgres.stop(mode)
            self._ending.wait(down_s)
            _start(self.postgres)

    def revive_postgres(self) -> None:
        """Return when PostgreSQL answers again; start it if it has given up. Hold its lock."""
        while not self._ending.is_set():
            if self.postgres.pid is None:
                self.postgres.stop("immediate")
                _start(self.postgres)
            try:
                self.superuser().close()
            except psycopg.OperationalError:
                self._ending.wait(0.1)
            else:
                return

    def restart_valkey(self, mode: StopMode, down_s: float) -> None:
        """Stop the broker and start it again; nobody else may do so meanwhile."""
        with self.valkey_lock:
            self.valkey.stop(mode)
            self._ending.wait(down_s)
            _start(self.valkey)

    def remember(self, messages: list[bytes], most: int) -> None:
        """Keep messages that were seen in the broker, the newest `most`, to deliver them again."""
        self.seen_messages = [*self.seen_messages, *messages][-most:]

    def exits(self) -> dict[str, list[int]]:
        """The statuses of processes that ended without having been killed."""
        return {part.name: part.exits for part in self.parts.values() if part.exits}

    def all_up(self) -> bool:
        """Whether every process runs."""
        return all(p.process is not None and p.process.poll() is None for p in self.parts.values())

    def _start_parts(self) -> None:
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("TASK_LEDGER_")},
            "TASK_LEDGER_DATABASE_URL": self.postgres.url,
            "TASK_LEDGER_WORKER_DATABASE_URL": self.worker_url,
            "TASK_LEDGER_BROKER_URL": self.valkey.url,
            "TASK_LEDGER_VAR_DIR": str(self.folder / "var"),
            "TASK_LEDGER_REDISPATCH_AFTER_S": str(REDISPATCH_AFTER_S),
        }
        projector = "task_ledger.projector"
        commands = {
            "projector": [projector, "--only", "fold,months"],
            "relay": [projector, "--only", "relay"],
            "reconciler": [projector, "--only", "reconcile"],
            "api": [
                "uvicorn", "services.api.app:serve", "--factory", "--port", str(self._port),
                "--no-access-log", "--log-level", "warning",
            ],
        }  # fmt: skip
        for number in range(1, WORKERS + 1):
            commands[f"worker-{number}"] = [
                "celery", "-A", "tests.chaos.app", "worker", "-n", f"worker-{number}@chaos",
                "-c", str(CONCURRENCY), "--without-gossip", "--without-mingle", "-l", "INFO",
            ]  # fmt: skip
        for name, argv in commands.items():
            clocks = self.clocks if name.startswith("worker") else None
            self.parts[name] = Part(name, argv, clocks.environment(name) if clocks else {})
            self._start(self.parts[name])
        self._keeper.start()

    def _start(self, part: Part) -> None:
        with (self.folder / f"{part.name}.log").open("ab") as log:
            part.log_from = log.tell()
            log.write(f"--- started at {time.time():.3f}\n".encode())
            part.process = subprocess.Popen(
                [sys.executable, "-m", *part.argv], env=self.environment | part.environment,
                stdout=log, stderr=log, start_new_session=True, cwd=Path(__file__).parents[2],
            )  # fmt: skip
        steps = [watchdog.Step(signal.SIGKILL, 5.0)]
        watchdog.shared().watch(part.process.pid, steps, group=True)
        part.killed = False

    def _keep(self) -> None:
        """Start what has ended, as a supervisor would, and end what killed workers left behind."""
        while not self._ending.wait(0.05):
            now = time.monotonic()
            for part in self.parts.values():
                status = part.process.poll() if part.process else 0
                if status is not None and now >= part.down_until:
                    if not part.killed:
                        part.exits.append(status)
                    self._forget(part)
                    self._start(part)
            for entry in [e for e in self._orphans if e[0] <= now]:
                self._orphans.remove(entry)
                _end(entry[1])

    def _end_parts(self) -> None:
        for part in self.parts.values():
            if part.process is not None:
                _signal(part.process.pid, signal.SIGKILL, group=True)
                part.process.wait()
                self._forget(part)
        for _, orphan in self._orphans:
            _end(orphan)

    def _forget(self, part: Part) -> None:
        if part.process is not None:
            watchdog.shared().forget(part.process.pid)


def _start(server: EmbeddedPostgres | EmbeddedValkey) -> None:
    while True:
        try:
            server.start()
        except AlreadyServed:
            # A process that was being started at the same moment still had the folder's lock.
            time.sleep(0.1)
        else:
            return


def _end(process: psutil.Process) -> None:
    # psutil sends no signal to another process that has got the number since.
    with suppress(psutil.NoSuchProcess):
        process.kill()


def _signal(pid: int, number: signal.Signals, *, group: bool) -> None:
    with suppress(ProcessLookupError):
        if group:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
