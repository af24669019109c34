"""Starts Python modules by forking a process that has imported what most of them need.

Importing Celery, SQLAlchemy and FastAPI takes a worker or an api a second; a fork takes some
milliseconds. `python -m tests.fork_server SOCKET` serves one client, which sends requests as
`tests.forked` does, until the client closes its end.
"""

import gc
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final, cast

_ASIDE: Final = ("__main__", "task_ledger.local")
"""Modules that do something when they are imported, or that only their own tests start."""

_SERVICES: Final = (
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.fixups.django",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.strategy",
    "kombu.transport.redis",
    "sqlalchemy.dialects.postgresql.psycopg",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.main",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)

_INTERRUPTS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_FROM_PARENT: Final = 3
"""The lowest descriptor that a child must not keep: those of this server and its other children."""


def preload() -> None:
    """Import what services, workers and commands import, and nothing that starts a thread."""
    for name in _SERVICES:
        import_module(name)
    package = import_module("task_ledger")
    for module in pkgutil.walk_packages(package.__path__, "task_ledger."):
        if not any(aside in module.name for aside in _ASIDE):
            import_module(module.name)
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"{threads} threads run, and a fork would lose all but one")
    gc.collect()
    gc.freeze()


def serve(requests: socket.socket) -> dict[str, Any] | None:
    """Fork for each request until the client has gone.

    Returns:
        In a forked process: the request, to be run. In the server, at its end: None.
    """
    # A terminal interrupts the client's whole group; this process ends after its client.
    for interrupt in _INTERRUPTS:
        signal.signal(interrupt, signal.SIG_IGN)
    reports: dict[int, int] = {}
    try:
        asked = _serve(requests, reports)
    except ConnectionError:  # it went without reading what it was told
        asked = None
    if asked is None:
        _end(reports)
    return asked


def _serve(requests: socket.socket, reports: dict[int, int]) -> dict[str, Any] | None:
    ended, wake = os.pipe()
    os.set_blocking(ended, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([requests, ended], [], [])
        if ended in ready:
            os.read(ended, 4096)
            _report(reports)
        if requests in ready:
            message, given, _, _ = socket.recv_fds(requests, 1 << 20, 4)
            if not message:
                return None
            report, *streams = given
            pid = os.fork()
            if pid == 0:
                _become(streams)
                return cast("dict[str, Any]", json.loads(message))
            for stream in streams:
                os.close(stream)
            reports[pid] = report
            requests.send(str(pid).encode())


def _end(running: Iterable[int]) -> None:
    """End what a client has left running, as one that was killed or interrupted does.

    A process of a session of its own ends with everything that it has started.
    """
    for pid in running:
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)


def _report(reports: dict[int, int]) -> None:
    """Tell the client how each process that has ended did so."""
    while reports:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        report = reports.pop(pid)
        os.write(report, str(status).encode())
        os.close(report)


def _become(streams: list[int]) -> None:
    """Leave everything that is the server's, and take the child's streams."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for interrupt in _INTERRUPTS:
        signal.signal(interrupt, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(_FROM_PARENT, max(int(each) for each in os.listdir("/proc/self/fd")) + 1)


def run(request: dict[str, Any]) -> None:
    """Be the process that `python -m MODULE …` would have been."""
    environment = cast("dict[str, str]", request["environment"])
    os.environ.clear()
    os.environ.update(environment)
    if request["own_session"]:
        os.setsid()
    os.chdir(request["folder"])
    sys.path[0] = request["folder"]
    if environment.get("PYTHONUNBUFFERED"):
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(write_through=True)  # pyright: ignore[reportAttributeAccessIssue]
    module, *arguments = cast("list[str]", request["arguments"])
    sys.argv = [request["name"], *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    preload()
    asked = serve(socket.socket(fileno=int(sys.argv[1])))
    if asked is not None:
        run(asked)
