"""Measures the memory of a process's descendants."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_LOOK_S: Final = 0.02


@dataclass
class Peaks:
    """Peak memory of each process since it was first seen, in bytes, by process id."""

    of: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def total(self) -> int:
        """The sum of all peaks, an upper bound of their simultaneous use."""
        return sum(self.of.values())


@contextmanager
def peaks_of(pid: int) -> Iterator[Peaks]:
    """Watch a process and its descendants, on Linux.

    Raises:
        FileNotFoundError: the system has no /proc.
    """
    peaks = Peaks()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_S):
            look()

    def look() -> None:
        for each in descendants(pid):
            if (held := most_held(each)) is not None:
                peaks.of[each] = max(held, peaks.of.get(each, 0))

    Path("/proc/self/status").read_text(encoding="ascii")
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


def descendants(pid: int) -> list[int]:
    """Return a process and its running descendants."""
    found, at = [pid], 0
    while at < len(found):
        for each in Path(f"/proc/{found[at]}/task").glob("*/children"):
            try:
                found += [int(child) for child in each.read_text(encoding="ascii").split()]
            except (FileNotFoundError, ProcessLookupError):
                continue
        at += 1
    return found


def most_held(pid: int) -> int | None:
    """Return the peak memory of a process, in bytes; None if it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None
