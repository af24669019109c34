"""Shows new lines of the processes' log files on one screen, prefixed with the process's name."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self, TextIO

_POLL_S = 0.1
_OWN_NAME = "task-ledger"


class _Follower:
    """Reads new lines of one file."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._offset = log.stat().st_size
        self._rest = b""

    def new_lines(self) -> list[str]:
        with self._log.open("rb") as file:
            file.seek(self._offset)
            chunk = file.read()
        self._offset += len(chunk)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return [line.decode(errors="replace") for line in lines]


class Screen:
    """Follows log files from their current end and writes new lines to ``stream``.

    A context manager; on exit it writes the remaining lines.
    """

    def __init__(self, stream: TextIO, logs: Mapping[str, Path]) -> None:
        self._stream = stream
        self._width = max(map(len, [_OWN_NAME, *logs]))
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._followers = {name: _Follower(log) for name, log in logs.items()}
        self._thread = threading.Thread(target=self._follow, name="screen", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def say(self, line: str, name: str = _OWN_NAME) -> None:
        """Write one line under ``name``. Thread-safe."""
        with self._lock:
            self._stream.write(f"{name:<{self._width}} | {line}\n")
            self._stream.flush()

    def _follow(self) -> None:
        while not self._ending.wait(_POLL_S):
            self._show()
        self._show()

    def _show(self) -> None:
        for name, follower in self._followers.items():
            for line in follower.new_lines():
                self.say(line, name)
