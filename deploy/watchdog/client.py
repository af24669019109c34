"""The supervisor's side: tells the watching process what to end, should the supervisor die."""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROGRAM = Path(__file__).with_name("watch.py")


@dataclass(frozen=True)
class Step:
    """One attempt at ending a process: a signal, and the seconds it has to obey."""

    signal: signal.Signals
    wait_s: float


class Watchdog:
    """A small process in a session of its own, which outlives this one just long enough.

    It notices the death of this process by the end of a pipe and by losing its parent, which
    works the same on Linux and macOS, whatever signal this process died of. Then it takes every
    watched process through its steps, the lowest stage first. It does nothing if it is killed
    together with this process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_PROGRAM), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def watch(self, pid: int, steps: Sequence[Step], *, group: bool, stage: int = 0) -> None:
        """Have ``pid`` ended if this process dies.

        Args:
            pid: a child of this process.
            steps: signals to try in order, until it is gone.
            group: signal its whole process group, of which it must be the leader.
            stage: processes of a lower stage are gone before a higher one is asked to end.

        Raises:
            BrokenPipeError: the watching process has been killed.
        """
        self._tell(
            watch=pid,
            group=group,
            stage=stage,
            steps=[[int(step.signal), step.wait_s] for step in steps],
        )

    def forget(self, pid: int) -> None:
        """Stop watching ``pid``; call it as soon as that process has been reaped."""
        try:
            self._tell(forget=pid)
        except BrokenPipeError:
            return  # A watching process that is gone watches nothing.

    def close(self) -> None:
        """End the watching process. What is still watched is ended by it first."""
        with self._lock:
            if self._process.stdin is not None and not self._process.stdin.closed:
                self._process.stdin.close()
        self._process.wait()

    def _tell(self, **message: object) -> None:
        stdin = self._process.stdin
        with self._lock:
            if stdin is None or stdin.closed:
                raise BrokenPipeError("the watchdog has been closed")
            stdin.write(json.dumps(message).encode() + b"\n")
            stdin.flush()


@cache
def shared() -> Watchdog:
    """The one watchdog of this process, started at the first call and closed at exit."""
    watchdog = Watchdog()
    atexit.register(watchdog.close)
    return watchdog
