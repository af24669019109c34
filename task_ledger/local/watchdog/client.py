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
from typing import Any

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
    together with this process; killed alone, it is replaced at the next call. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: dict[int, dict[str, Any]] = {}
        self._closed = False
        self._process = _spawn()

    @property
    def pid(self) -> int:
        """Process id of the watching process."""
        return self._process.pid

    def watch(self, pid: int, steps: Sequence[Step], *, group: bool, stage: int = 0) -> None:
        """Have ``pid`` ended if this process dies.

        Args:
            pid: a child of this process.
            steps: signals to try in order, until it is gone.
            group: it leads a process group, and is gone when the whole group is. SIGKILL goes to
                the group, any other signal to ``pid`` alone.
            stage: processes of a lower stage are gone before a higher one is asked to end.

        Raises:
            RuntimeError: this watchdog has been closed.
        """
        message = {
            "watch": pid,
            "group": group,
            "stage": stage,
            "steps": [[int(step.signal), step.wait_s] for step in steps],
        }
        with self._lock:
            if self._closed:
                raise RuntimeError("The watchdog has been closed.")
            self._watched[pid] = message
            self._tell(message)

    def forget(self, pid: int) -> None:
        """Stop watching ``pid``; call it as soon as that process has been reaped."""
        with self._lock:
            if self._watched.pop(pid, None) is not None and not self._closed:
                self._tell({"forget": pid})

    def close(self) -> None:
        """End the watching process, which first ends the processes that it still watches."""
        with self._lock:
            self._closed = True
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._process.wait()

    def _tell(self, *messages: dict[str, Any]) -> None:
        try:
            _write(self._process, messages)
        except BrokenPipeError:
            self._process.wait()
            self._process = _spawn()
            _write(self._process, tuple(self._watched.values()))


@cache
def shared() -> Watchdog:
    """The one watchdog of this process, started at the first call and closed at exit."""
    watchdog = Watchdog()
    atexit.register(watchdog.close)
    return watchdog


def _spawn() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_PROGRAM), str(os.getpid())],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _write(process: subprocess.Popen[bytes], messages: Sequence[dict[str, Any]]) -> None:
    if process.stdin is not None:
        for message in messages:
            process.stdin.write(json.dumps(message).encode() + b"\n")
