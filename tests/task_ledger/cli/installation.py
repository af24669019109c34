"""A running `task-ledger up`, as its terminal shows it."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.task_ledger.cli.command import SCRIPT, Command
from tests.task_ledger.local.shown import Run


@contextmanager
def running(installation: Command, **variables: str) -> Iterator[Run]:
    """`task-ledger up` in the folder of `installation`, ended by Ctrl-C."""
    process = subprocess.Popen(
        [str(SCRIPT), "up"],
        env=installation.environment | variables,
        cwd=installation.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    run = Run(process)
    try:
        yield run
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            run.rest()


def children(run: Run) -> list[psutil.Process]:
    """All processes that it has started, and theirs."""
    return psutil.Process(run.process.pid).children(recursive=True)


def command_line(process: psutil.Process) -> list[str]:
    """What it was started as; nothing when it has ended in the meantime."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def second_terminal(installation: Command) -> Command:
    """Another terminal in the same folder, which has no variables, not even the folder's."""
    others = {k: v for k, v in installation.environment.items() if "TASK_LEDGER" not in k}
    return Command(others, installation.folder)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
