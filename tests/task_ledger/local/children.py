"""Child processes of tests in tests/deploy, and waiting for what becomes of them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

REPOSITORY = Path(__file__).parents[3]
SERVE = Path(__file__).with_name("serve.py")
WAIT_S = 60.0


@dataclass(frozen=True)
class Served:
    """A process that serves an embedded server, and what it said."""

    process: subprocess.Popen[str]
    answer: dict[str, Any]


@contextmanager
def serving(
    kind: str,
    folder: Path,
    *,
    prefix: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """``tests/task_ledger/local/serve.py`` in a process of its own, which is killed at the end."""
    process = subprocess.Popen(
        [*prefix, sys.executable, str(SERVE), kind, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(environment or {})},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        try:
            yield Served(process, json.loads(process.stdout.readline()))
        finally:
            process.kill()
            process.wait()


def wait_until(condition: Callable[[], bool], what: str, wait_s: float = WAIT_S) -> None:
    """Return once ``condition()`` is true; fail with ``what`` was awaited after ``wait_s``."""
    deadline = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < deadline, f"waited {wait_s} s in vain: {what}"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether no process has this id, except one that waits to be reaped."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
