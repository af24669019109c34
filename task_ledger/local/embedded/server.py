"""The base class of both embedded servers: a folder, a process, and a fixed port."""

import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from task_ledger.local.embedded.errors import StartFailed
from task_ledger.local.embedded.folder import ServerFolder, port_is_free
from task_ledger.local.embedded.identity import Identity
from task_ledger.local.embedded.process import ServerProcess, StopMode

_START_S = 60.0
_PORT_TRIES = 3
_ORPHANS_S = 60.0


@dataclass(frozen=True, slots=True)
class Command:
    """How to start a server: its arguments and standard input."""

    argv: list[str]
    stdin: bytes = b""


class EmbeddedServer(ABC):
    """A server with its data in one folder, which this process serves.

    The server ends with this process, even if this process is killed.

    Args:
        name: its name in errors.
        folder: for data, port and passwords; created if missing.
        log: file that the server's output is appended to.
        signals: the signal for each stop mode.
    """

    def __init__(
        self, name: str, folder: Path, log: Path, signals: Mapping[StopMode, signal.Signals]
    ) -> None:
        self._folder = ServerFolder(folder)
        self._port: int | None = None
        self._process = ServerProcess(name, log.absolute(), signals)

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self._process.log

    @property
    def pid(self) -> int | None:
        """The server's process id; None if it is not running."""
        return self._process.pid

    @property
    def port(self) -> int:
        """The port that it listens on, or last listened on.

        Raises:
            RuntimeError: the server was never started.
        """
        if self._port is None:
            raise RuntimeError("The server was never started: call start() first.")
        return self._port

    def start(self) -> None:
        """Start the server and return once it answers; does nothing if it is already running.

        An orphan that still serves the folder is ended first.

        Raises:
            AlreadyServed: another running process serves the folder.
            BinaryMissing: the package with the server's program is not installed.
            DataUnusable: the data belongs to another user or version, or its password file is lost.
            NoIdentity: this process is root and no other user can run the server.
            StartFailed: it does not start; the text ends with the log's last lines.
        """
        if self.pid is not None:
            return
        self._folder.acquire()
        try:
            self._launch(self._prepare())
            self._when_up()
        except BaseException:
            self._process.stop("immediate")
            self._folder.release()
            raise

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server; does nothing if it is not running.

        Args:
            mode: ``fast`` lets it save everything. ``immediate`` drops everything, like a power
                cut: PostgreSQL recovers from its log at the next start, Valkey may lose the last
                second's writes.

        Raises:
            StopFailed: it is still running afterwards.
        """
        self._process.stop(mode)
        self._folder.release()

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop and start the server, on the same port if it is still free. Raises as `stop` and
        `start`.
        """
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

    @abstractmethod
    def _prepare(self) -> Identity:
        """End an orphan, prepare the data, and return the identity to run the server as."""

    @abstractmethod
    def _command(self) -> Command:
        """The server's command for its current port."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether the server accepts connections.

        Raises:
            DataUnusable: the data has another password.
        """

    def _when_up(self) -> None:  # noqa: B027 (most servers need nothing more)
        """Finish the setup once the server answers."""

    def _leftovers_hold_it(self, error: StartFailed) -> bool:
        """Whether a start failed because processes of an earlier run are still ending."""
        del error
        return False

    def _launch(self, identity: Identity) -> None:
        tries_left = _PORT_TRIES
        give_up_at = time.monotonic() + _ORPHANS_S
        while True:
            self._port = self._folder.port()
            command = self._command()
            self._process.start(command.argv, identity, stdin=command.stdin)
            try:
                self._process.wait_until(self._answers, _START_S)
            except StartFailed as error:
                tries_left -= 1
                # Another program may have taken the port since it was free.
                waiting = self._leftovers_hold_it(error) and time.monotonic() < give_up_at
                if not waiting and (tries_left == 0 or port_is_free(self._port)):
                    raise
            else:
                return
