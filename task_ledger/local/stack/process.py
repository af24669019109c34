"""A process that a supervisor keeps running."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from task_ledger.local import watchdog
from task_ledger.ops.private_files import make_private_file, make_private_folder

_KILL_WAIT_S = 5.0
_KEPT_LOG_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Process:
    """What to run, when it is ready, and how to stop it.

    Attributes:
        name: shown before each line of its output; names its log file.
        argv: the command line.
        env: variables in addition to this process's own.
        ready: called until it returns true; must not block for long. None: ready once it runs.
        ready_wait_s: seconds that it may take to become ready the first time.
        stop_wait_s: seconds from SIGTERM until it is killed.
        stop_stage: processes of lower stages are stopped first; below 1000.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    ready: Callable[[], bool] | None = None
    ready_wait_s: float = 60.0
    stop_wait_s: float = 20.0
    stop_stage: int = 0


class Child:
    """One run of a ``Process``, in its own session and process group.

    Its output goes directly to the log file, so that it can always write.
    """

    def __init__(self, process: Process, log: Path) -> None:
        self.process = process
        self.log = log
        self.started_at = time.monotonic()
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                list(process.argv),
                env={**os.environ, "PYTHONUNBUFFERED": "1", **process.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        watchdog.shared().watch(
            self.pid,
            [
                watchdog.Step(signal.SIGTERM, process.stop_wait_s),
                watchdog.Step(signal.SIGKILL, _KILL_WAIT_S),
            ],
            group=True,
            stage=process.stop_stage,
        )

    @property
    def pid(self) -> int:
        """Its process id, which is also its group's id."""
        return self._popen.pid

    def ended(self) -> int | None:
        """Its exit status (negative: the signal that ended it); None while it runs."""
        return self._popen.poll()

    def terminate(self) -> None:
        """Request an orderly end of the process, not of its children."""
        self._popen.terminate()

    def kill(self) -> None:
        """Kill it and the rest of its process group, and wait for it."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        watchdog.shared().forget(self.pid)


def open_log(folder: Path, name: str) -> Path:
    """Open the log file of a process, readable by this user only.

    A large file is rotated first; one old file is kept.
    """
    make_private_folder(folder)
    log = folder / f"{name}.log"
    if log.exists() and log.stat().st_size > _KEPT_LOG_BYTES:
        log.replace(folder / f"{name}.log.1")
    make_private_file(log)
    return log
