"""Keeps a list of processes running until it is stopped."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol, TextIO

from task_ledger.local.embedded import StopMode
from task_ledger.local.stack.errors import OnReadyFailed, ProcessFailed
from task_ledger.local.stack.output import Screen
from task_ledger.local.stack.process import Child, Process, open_log
from task_ledger.local.stack.signals import StopSignals

_POLL_S = 0.05
_BACKOFF_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_SETTLED_S = 60.0


class Server(Protocol):
    """A server that the processes need; the caller starts it first and stops it last."""

    @property
    def pid(self) -> int | None:
        """Its process id; None if it is not running."""
        ...

    def start(self) -> None:
        """Start it again."""
        ...

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop it."""
        ...


class Supervisor:
    """Starts processes, waits until all are ready, restarts those that die, and ends them in order.

    Args:
        processes: what to run; names must differ.
        log_dir: folder of their log files.
        servers: running servers, restarted when they die.
        output: shows their lines and the supervisor's own.
        backoff_s: seconds before the first, second, … restart of a process that keeps dying; the
            last one repeats. A process that ran for a minute starts over at the first.
    """

    def __init__(
        self,
        processes: Sequence[Process],
        *,
        log_dir: Path,
        servers: Sequence[Server] = (),
        output: TextIO = sys.stdout,
        backoff_s: Sequence[float] = _BACKOFF_S,
    ) -> None:
        self._processes = processes
        self._servers = servers
        self._logs = {each.name: open_log(log_dir, each.name) for each in processes}
        self._screen = Screen(output, self._logs)
        self._backoff_s = backoff_s
        self._children: dict[str, Child] = {}
        self._deaths: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._failure: Exception | None = None

    def run(self, stop: StopSignals, on_ready: Callable[[], None] | None = None) -> None:
        """Run everything until ``stop`` is requested; returns when every process has ended.

        Args:
            stop: entered signals. A second one kills every process group at once, and its
                ``KeyboardInterrupt`` propagates.
            on_ready: called once, in its own thread, when all processes are ready.

        Raises:
            ProcessFailed: a process ended or was not ready in time at the start; all others were
                stopped.
            OnReadyFailed: ``on_ready`` raised; all processes were stopped.
            EmbeddedServerError: a server died and cannot be restarted.
        """
        stop.raising = False
        with self._screen:
            try:
                for process in self._processes:
                    self._start(process)
                if self._wait_until_ready(stop):
                    self._screen.say("all processes are up")
                    self._call(on_ready)
                    self._watch(stop)
                self._stop_all()
            except Exception:
                self._stop_all()
                raise
            finally:
                for child in self._children.values():
                    child.kill()

    def _start(self, process: Process) -> None:
        child = Child(process, self._logs[process.name])
        self._children[process.name] = child
        self._screen.say(f"{process.name} started as process {child.pid}")

    def _wait_until_ready(self, stop: StopSignals) -> bool:
        waiting = list(self._children.values())
        while waiting and not stop.requested.is_set():
            for child in waiting:
                name, waits = child.process.name, child.process.ready_wait_s
                if (status := child.ended()) is not None:
                    raise ProcessFailed(name, f"ended at once ({_reason(status)}).", child.log)
                if time.monotonic() - child.started_at > waits:
                    raise ProcessFailed(name, f"was not ready after {waits:g} s.", child.log)
            waiting = [each for each in waiting if not _is_ready(each.process)]
            stop.requested.wait(_POLL_S)
        return not waiting

    def _watch(self, stop: StopSignals) -> None:
        while not stop.requested.wait(_POLL_S):
            if self._failure is not None:
                raise OnReadyFailed(str(self._failure)) from self._failure
            for server in self._servers:
                if server.pid is None:
                    self._screen.say(f"{type(server).__name__} died; restarting it")
                    server.start()
            for process in self._processes:
                self._look_after(process)

    def _look_after(self, process: Process) -> None:
        name, now = process.name, time.monotonic()
        if name in self._due:
            if now >= self._due[name]:
                del self._due[name]
                self._start(process)
            return
        child = self._children[name]
        status = child.ended()
        if status is None:
            return
        child.kill()
        if now - child.started_at > _SETTLED_S:
            self._deaths[name] = 0
        deaths = self._deaths[name] = self._deaths.get(name, 0) + 1
        wait_s = self._backoff_s[min(deaths, len(self._backoff_s)) - 1]
        self._due[name] = now + wait_s
        self._screen.say(f"{name} died ({_reason(status)}); restarting it in {wait_s:g} s")

    def _call(self, on_ready: Callable[[], None] | None) -> None:
        if on_ready is None:
            return

        def call() -> None:
            try:
                on_ready()
            except Exception as error:  # noqa: BLE001 - raised again in the main thread
                self._failure = error

        threading.Thread(target=call, name="on-ready", daemon=True).start()

    def _stop_all(self) -> None:
        self._screen.say("stopping")
        running = [each for each in self._children.values() if each.ended() is None]
        running.sort(key=lambda each: each.process.stop_stage)
        for _, stage in groupby(running, key=lambda each: each.process.stop_stage):
            left = list(stage)
            for child in left:
                child.terminate()
            asked_at = time.monotonic()
            while left:
                for child in left:
                    if time.monotonic() - asked_at > child.process.stop_wait_s:
                        self._screen.say(f"{child.process.name} does not end: killing it")
                        child.kill()
                left = [each for each in left if each.ended() is None]
                time.sleep(_POLL_S if left else 0)


def _is_ready(process: Process) -> bool:
    return process.ready is None or process.ready()


def _reason(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
