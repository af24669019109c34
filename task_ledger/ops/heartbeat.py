"""Heartbeats: files that say when each part of a process last did a step.

A probe compares them with the clock, so a process whose loop hangs is found even if its database
cannot be reached, and an outage of the database is not mistaken for a process that hangs.
"""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Event, Lock
from typing import Final

VARIABLE: Final = "TASK_LEDGER_HEARTBEAT_DIR"

RESOLUTION_S: Final = 1.0
"""A file is written at most this often."""

REST_S: Final = 30.0
"""A part that waits says so at least this often, so that a clock that is set forward, or a machine
that was suspended, makes no part overdue for longer."""


class Heartbeats:
    """The heartbeats of this process. Without a folder, nothing is written.

    Threads of one process may share it.

    Args:
        folder: of this process alone; None writes nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = Lock()
        self._due: dict[str, float] = {}

    @classmethod
    def of_environment(cls) -> "Heartbeats":
        """Those that `TASK_LEDGER_HEARTBEAT_DIR` asks for."""
        folder = os.environ.get(VARIABLE)
        return cls(Path(folder) if folder else None)

    def begin(self, parts: Iterable[str]) -> None:
        """Forget what an earlier process left in the folder, and write each part's first heartbeat.

        Raises:
            OSError: the folder cannot be written.
        """
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.iterdir():
            left.unlink()
        for part in parts:
            self.beat(part)

    def beat(self, part: str, rest_s: float = 0.0) -> None:
        """Note that a part has done a step, and does its next one after `rest_s` seconds.

        Raises:
            OSError: the file cannot be written.
        """
        if self._folder is None:
            return
        due = time.time() + rest_s
        with self._lock:
            if abs(due - self._due.get(part, 0.0)) < RESOLUTION_S:
                return
            self._due[part] = due
        file = self._folder / part
        file.touch()
        os.utime(file, (due, due))

    def wait(self, part: str, stop: Event, seconds: float) -> None:
        """Note a step, and wait until the next one is due or `stop` is set."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > REST_S:
            self.beat(part, REST_S)
            if stop.wait(REST_S):
                return
        self.beat(part, max(left, 0.0))
        stop.wait(max(left, 0.0))


def overdue(folder: Path) -> Mapping[str, float]:
    """The parts of the process that writes into `folder`, and the seconds by which each is overdue;
    negative while its next step is not due yet. Empty if no process has written there."""
    try:
        files = list(folder.iterdir())
    except FileNotFoundError:
        return {}
    now = time.time()
    return {file.name: now - file.stat().st_mtime for file in files}
