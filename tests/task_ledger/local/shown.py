"""What a supervisor in a process of its own shows, awaited line by line."""

import queue
import re
import subprocess
import threading
import time

from tests.task_ledger.local.children import WAIT_S


class Run:
    """A supervisor in a process of its own, and the lines that it shows."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._arriving: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, pattern: str, wait_s: float = WAIT_S) -> re.Match[str]:
        """The next line that ``pattern`` is found in; fails if it never comes."""
        deadline = time.monotonic() + wait_s
        while True:
            line = self._next(deadline)
            assert line is not None, f"no line like {pattern!r} in {self.lines}"
            self.lines.append(line)
            if found := re.search(pattern, line):
                return found

    def rest(self) -> int:
        """Read to the end; the exit status."""
        deadline = time.monotonic() + WAIT_S
        while (line := self._next(deadline)) is not None:
            self.lines.append(line)
        return self.process.wait(WAIT_S)

    def pid_of(self, name: str) -> int:
        return int(self.until(rf"{name} started as process (\d+)")[1])

    def errors(self) -> str:
        """All of its standard error; only after it has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def _next(self, deadline: float) -> str | None:
        try:
            return self._arriving.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"nothing more was shown in time after {self.lines}") from None

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._arriving.put(line.rstrip("\n"))
        self._arriving.put(None)
