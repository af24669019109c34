"""One server program as a child of this process: start, wait until it answers, stop."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil

from task_ledger.local import watchdog
from task_ledger.local.embedded.errors import StartFailed, StopFailed, tail
from task_ledger.local.embedded.identity import Identity
from task_ledger.ops.private_files import make_private_file, make_private_folder

StopMode = Literal["fast", "immediate"]

_KILL_WAIT_S = 5.0
_POLL_S = 0.03
# The servers must outlive their clients: the watchdog ends them last.
_STAGE = 1000


class ServerProcess:
    """A server's process, its log file, and the signals that stop it.

    Args:
        name: its name in errors.
        log: file that its output is appended to.
        signals: the signal for each stop mode.
        patience_s: seconds that a stop may take before it escalates.
    """

    def __init__(
        self,
        name: str,
        log: Path,
        signals: Mapping[StopMode, signal.Signals],
        patience_s: float = 20.0,
    ) -> None:
        self.name = name
        self.log = log
        self._signals = signals
        self._patience_s = patience_s
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process's id; None if it is not running."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def start(
        self,
        argv: Sequence[str],
        identity: Identity,
        stdin: bytes = b"",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start the program; the watchdog ends it if this process dies.

        Args:
            environment: variables in addition to PATH, TZ and the like.
        """
        self._forget()
        make_private_folder(self.log.parent)
        make_private_file(self.log)
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                identity.argv(argv),
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=_environment() | dict(environment or {}),
                user=identity.user,
                group=identity.group,
                extra_groups=identity.extra_groups,
            )
        watchdog.shared().watch(self._child.pid, self._steps("fast"), group=False, stage=_STAGE)
        pipe = self._child.stdin
        if pipe is not None:
            with suppress(BrokenPipeError), pipe:
                pipe.write(stdin)

    def run(self, argv: Sequence[str], identity: Identity) -> None:
        """Run one of the server's programs to its end, with its output in the same log.

        Raises:
            StartFailed: the program ended with an error.
        """
        make_private_folder(self.log.parent)
        make_private_file(self.log)
        with self.log.open("ab") as log:
            outcome = subprocess.run(
                identity.argv(argv),
                check=False,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=_environment(),
                user=identity.user,
                group=identity.group,
                extra_groups=identity.extra_groups,
            )
        if outcome.returncode != 0:
            raise StartFailed(f"{Path(argv[0]).name} failed for {self.name}.", self.log)

    def wait_until(self, ready: Callable[[], bool], timeout_s: float) -> None:
        """Return once ``ready()`` is true.

        Raises:
            StartFailed: the process ended, or ``timeout_s`` seconds passed (it is then killed).
        """
        deadline = time.monotonic() + timeout_s
        while not ready():
            child = self._child
            if child is None or child.poll() is not None:
                status = "never started" if child is None else f"ended with {child.returncode}"
                self._forget()
                raise StartFailed(f"{self.name} {status} before it answered.", self.log)
            if time.monotonic() > deadline:
                self.stop("immediate")
                raise StartFailed(f"{self.name} did not answer within {timeout_s:g} s.", self.log)
            time.sleep(_POLL_S)

    def stop(self, mode: StopMode) -> None:
        """Stop the program and wait until it has ended; does nothing if it is not running.

        Raises:
            StopFailed: it did not end even after SIGKILL.
        """
        child = self._child
        if child is None:
            return
        for step in self._steps(mode):
            if child.poll() is not None:
                break
            child.send_signal(step.signal)
            with suppress(subprocess.TimeoutExpired):
                child.wait(step.wait_s)
        if child.poll() is None:
            raise StopFailed(f"{self.name} (process {child.pid}) does not end. {tail(self.log)}")
        self._forget()

    def _steps(self, mode: StopMode) -> list[watchdog.Step]:
        steps = [
            watchdog.Step(self._signals["immediate"], _KILL_WAIT_S),
            watchdog.Step(signal.SIGKILL, _KILL_WAIT_S),
        ]
        if mode == "fast":
            steps.insert(0, watchdog.Step(self._signals["fast"], self._patience_s))
        return steps

    def _forget(self) -> None:
        if self._child is not None:
            watchdog.shared().forget(self._child.pid)
            self._child = None


def end_orphan(
    pid: int, name: str, mark: str, stop: signal.Signals, timeout_s: float = 20.0
) -> None:
    """End a server that outlived its supervisor. Does nothing if ``pid`` is not such a server.

    Args:
        pid: the process id in the server's data folder.
        name: the beginning of the program's name.
        mark: a text that its command line must contain, so that no other process is ended.
        stop: the signal for an orderly stop.
        timeout_s: seconds that it may take.

    Raises:
        StopFailed: it is still running afterwards.
    """
    try:
        process = psutil.Process(pid)
        if not process.name().startswith(name) or mark not in " ".join(process.cmdline()):
            return
        process.send_signal(stop)
        process.wait(timeout_s)
    except psutil.NoSuchProcess:
        return
    except (psutil.TimeoutExpired, psutil.AccessDenied) as error:
        raise StopFailed(
            f"{name} (process {pid}) was left over by an earlier run and does not end. "
            f"End it with `kill {pid}` and try again."
        ) from error


def _environment() -> dict[str, str]:
    """A server's environment, without this process's variables, which may have passwords or PG*
    settings.
    """
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TZ")
    # Without a locale, macOS libraries start a thread in PostgreSQL, which then refuses to run.
    return {"LC_ALL": "C"} | {name: os.environ[name] for name in kept if name in os.environ}
