"""The supervisor's side: tells the watching process what to end if the supervisor dies."""

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
    """One attempt at ending a process: a signal, and the seconds to wait for its effect."""

    signal: signal.Signals
    wait_s: float


class Watchdog:
    """A small process in its own session, which briefly outlives this one.

    It detects the death of this process, by whatever signal, from the end of a pipe and the loss of
    its parent; this works the same on Linux and macOS. It then takes every watched process through
    its steps, the lowest stage first. If killed together with this process, it does nothing; if
    killed alone, it is replaced at the next call. Thread-safe.
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
        """End ``pid`` if this process dies.

        Args:
            pid: a child of this process.
            steps: signals to send in order, until it has ended.
            group: it leads a process group, and has ended when the whole group has. SIGKILL goes to
                the group, other signals to ``pid`` alone.
            stage: processes of lower stages are ended first.

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
        """End the watching process, which first ends the processes it still watches."""
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
    """This process's watchdog, started at the first call and closed at exit."""
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
