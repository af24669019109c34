"""The base of both embedded servers: a folder, a process, and a port that is kept."""

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
    """How a server is started: its arguments, and what goes in by standard input."""

    argv: list[str]
    stdin: bytes = b""


class EmbeddedServer(ABC):
    """A server with its data in one folder, which this process serves.

    The server ends with this process, even if this process is killed.

    Args:
        name: what to call it in errors.
        folder: where data, port and passwords are kept; made if missing.
        log: file that the server's output is appended to.
        signals: the signal of each way of stopping it.
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

    def start(self) -> None:
        """Start the server and return once it answers; does nothing if it runs already.

        An orphan that still serves the folder is ended first.

        Raises:
            AlreadyServed: another living process serves the folder.
            BinaryMissing: the package with the server's program is not installed.
            DataUnusable: the data is of another user or version, or its password file is lost.
            NoIdentity: this process is root and no other user can run the server.
            StartFailed: it does not come up; the text ends with the log's last lines.
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
        """Stop the server; does nothing when it does not run.

        Args:
            mode: ``fast`` lets it write everything down. ``immediate`` drops everything, as a
                power cut would: PostgreSQL recovers from its log at the next start, Valkey may
                lose what the last second brought.

        Raises:
            StopFailed: it is still there afterwards.
        """
        self._process.stop(mode)
        self._folder.release()

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop and start the server, on the same port if it is still free. Raises as these do."""
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
        """End an orphan, make the data ready, and say as whom the server is to run."""

    @abstractmethod
    def _command(self) -> Command:
        """The server's command for the port that it has now."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether the server takes connections.

        Raises:
            DataUnusable: another password holds there.
        """

    def _when_up(self) -> None:  # noqa: B027 (most servers need nothing more)
        """Do what is left when the server answers."""

    def _leftovers_hold_it(self, error: StartFailed) -> bool:
        """Whether a start failed for what an earlier run's processes hold for a moment longer."""
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
                # Somebody else may have taken the port since it was seen free.
                waiting = self._leftovers_hold_it(error) and time.monotonic() < give_up_at
                if not waiting and (tries_left == 0 or port_is_free(self._port)):
                    raise
            else:
                return
