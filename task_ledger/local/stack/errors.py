"""Errors of starting the processes on this machine."""

from pathlib import Path

from task_ledger.local.embedded.errors import tail


class StackError(Exception):
    """A required process is not running on this machine. The message says which one and why."""


class PortTaken(StackError):
    """Another program already listens on the API's port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Another program listens on {host}, port {port}. Stop it, or choose another port: "
            f"PORT={port + 1} make run"
        )


class ProcessFailed(StackError):
    """A process did not start. ``name`` is its name, ``log_tail`` its last lines."""

    def __init__(self, name: str, what: str, log: Path) -> None:
        self.name = name
        self.log_tail = tail(log)
        super().__init__(f"{name} {what}\nThe last lines of {log}:\n{self.log_tail or '(empty)'}")


class OnReadyFailed(StackError):
    """All processes started, but the step after that failed; see the cause."""
