"""`subprocess.Popen` for Python modules, forked from a process that has imported them already."""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

_one_request = Lock()


class Forked(subprocess.Popen[Any]):
    """What `python -m MODULE …` would be, without the time that its imports take.

    Streams, waiting and signals are those of `subprocess.Popen`, whose steps of starting a
    process and of asking for its end are replaced. The process is a child of the fork server.

    Args:
        module: what to run.
        arguments: of its command line.
        name: what it is to see as its own name: `sys.argv[0]`.
        options: of `subprocess.Popen`: streams, env, cwd, start_new_session, text.
    """

    def __init__(self, module: str, *arguments: str, name: str = "", **options: Any) -> None:
        self._module = module
        self._name = name or module
        self._report = -1
        super().__init__([module, *arguments], **options)

    def _execute_child(self, *given: Any) -> None:
        """Ask the server for the process instead of making one.

        Python passes: the arguments, executable, preexec_fn, close_fds, pass_fds, cwd, env,
        startupinfo, creationflags, shell, the six ends of the streams' pipes, …, and, in the
        place before the last, start_new_session.
        """
        arguments: Sequence[str] = given[0]
        folder: Path | str | None = given[5]
        environment: Mapping[str, str] | None = given[6]
        theirs = (given[10], given[13], given[15])
        streams = [stream if stream != -1 else own for own, stream in enumerate(theirs)]
        request = {
            "arguments": list(arguments),
            "name": self._name,
            "folder": os.fspath(folder or Path.cwd()),
            "environment": dict(os.environ if environment is None else environment),
            "own_session": bool(given[21]),
        }
        self._report, report = os.pipe()
        server = fork_server()
        with _one_request:
            socket.send_fds(server, [json.dumps(request).encode()], [report, *streams])
            self.pid = int(server.recv(64))
        self._child_created = True
        os.close(report)
        cast("Any", self)._close_pipe_fds(*given[10:16])

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        if wait_flags & os.WNOHANG and not select.select([self._report], [], [], 0)[0]:
            return 0, 0
        status = os.read(self._report, 64)
        os.close(self._report)
        if not status:
            raise RuntimeError("the fork server has ended before its child")
        return self.pid, int(status)

    def _internal_poll(self, *_: Any, **__: Any) -> int | None:
        waiting: Any = cast("Any", self)._waitpid_lock
        if self.returncode is None and waiting.acquire(blocking=False):
            try:
                pid, status = self._try_wait(os.WNOHANG)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
            finally:
                waiting.release()
        return self.returncode


@cache
def fork_server() -> socket.socket:
    """The connection to this process's fork server, which ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.fork_server", str(theirs.fileno())]
    server = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    theirs.close()

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours
