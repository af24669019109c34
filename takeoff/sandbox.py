"""Child processes that read untrusted files.

PDFium, qpdf and the image decoders are C and C++, and PDFium is not thread-safe. A file that
crashes, hangs or inflates may only take down a child process, never the API or a worker. So
everything that opens an uploaded file runs here, with limited memory and processor time, and
without the parent's secrets in its environment.

Parent and child exchange JSON lines: one answer per request. The child exits when its input ends,
so it does not outlive a killed parent.
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Self, cast

import structlog

_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")
_OUT_OF_MEMORY_EXIT = 86
_MARGIN_BYTES = 16 * 1024**2
"""An error with less address space left than this counts as out of memory."""
_LOOK_S = 0.02
_PAGE_BYTES = resource.getpagesize()

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bounds:
    """Limits of a child: address space in bytes, total processor seconds, and ``resident_bytes``,
    its resident memory, checked 50 times a second while it works (None: unlimited).
    """

    memory_bytes: int
    cpu_seconds: int
    resident_bytes: int | None = None


class ChildFailed(Exception):
    """The child gave no usable answer; ``reason`` says how it ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChildCrashed(ChildFailed):
    """The child died by a signal or an exception."""


class ChildTimedOut(ChildFailed):
    """The child exceeded its processor time, or did not answer in time."""


class ChildOutOfMemory(ChildFailed):
    """The child exceeded its memory limit."""


class Child:
    """One running child; a context manager that always ends the process.

    ``module`` must call :func:`serve`. Not thread-safe.
    """

    def __init__(
        self, module: str, bounds: Bounds, variables: Mapping[str, str] | None = None
    ) -> None:
        """Start ``module`` within ``bounds``, with ``variables`` in its environment."""
        self._module = module
        self._resident_bytes = bounds.resident_bytes
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, json.dumps(bounds.__dict__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={
                **{name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                **(variables or {}),
            },
            close_fds=True,
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)
        self._pending = b""

    def ask(self, request: dict[str, Any], timeout_seconds: float) -> dict[str, Any]:
        """Send ``request`` and return the answer.

        Raises:
            ChildTimedOut: no answer within ``timeout_seconds`` or within its processor time.
            ChildOutOfMemory: the memory limit was reached.
            ChildCrashed: the child ended in any other way.
        """
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
        except BrokenPipeError as error:
            raise self._how_it_ended() from error
        return json.loads(self._read_line(time.monotonic() + timeout_seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def _read_line(self, deadline: float) -> bytes:
        descriptor = self._answers.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in self._pending:
                if not selector.select(min(_LOOK_S, max(0.0, deadline - time.monotonic()))):
                    self._check(deadline)
                    continue
                read = os.read(descriptor, 65536)
                if not read:
                    raise self._how_it_ended()
                self._pending += read
        line, self._pending = self._pending.split(b"\n", 1)
        return line

    def _check(self, deadline: float) -> None:
        """End a child that exceeds its time or memory limit."""
        if time.monotonic() >= deadline:
            self._process.kill()
            raise ChildTimedOut("it did not answer in time")
        if self._resident_bytes is not None and _held(self._process.pid) > self._resident_bytes:
            self._process.kill()
            raise ChildOutOfMemory("it exceeded its memory limit")

    def _how_it_ended(self) -> ChildFailed:
        code = self._process.wait()
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - 4000))
        output = self._log.read().decode(errors="replace")
        if code == -signal.SIGXCPU:
            return ChildTimedOut("it exceeded its processor time")
        # A failed allocation in C++ raises std::bad_alloc, which aborts.
        if code == _OUT_OF_MEMORY_EXIT or "bad_alloc" in output or "MemoryError" in output:
            return ChildOutOfMemory("it exceeded its memory limit")
        log.warning("sandbox_child_crashed", module=self._module, exit_code=code, output=output)
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return ChildCrashed(f"it ended with {name}")


def _held(pid: int) -> int:
    """Return a process's resident memory in bytes; 0 without /proc."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (FileNotFoundError, ProcessLookupError):
        return 0


def serve(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Run in the child: limit this process, then answer requests until the input ends.

    The limits come from the command line. A memory error ends the process with a specific exit
    code, any other exception with a traceback on standard error.
    """
    bounds = Bounds(**json.loads(sys.argv[1]))
    _limit(bounds)
    # Keep output printed by libraries apart from answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        for line in sys.stdin:
            answers.write(json.dumps(answer(json.loads(line))) + "\n")
            answers.flush()
    except MemoryError:
        os._exit(_OUT_OF_MEMORY_EXIT)
    except Exception:
        # Out of memory, CPython and libraries also raise other errors, such as SystemError.
        if _peak_bytes() > bounds.memory_bytes - _MARGIN_BYTES:
            os._exit(_OUT_OF_MEMORY_EXIT)
        raise


def _peak_bytes() -> int:
    """Return this process's peak address space in bytes; 0 without /proc."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            peak = next(line for line in file if line.startswith("VmPeak:"))
    except FileNotFoundError:
        return 0
    return int(peak.split()[1]) * 1024


def _limit(bounds: Bounds) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds + 5))
    # macOS accepts RLIMIT_AS without enforcing it, and has no /proc; there, only the time limits
    # end a child that inflates.
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
