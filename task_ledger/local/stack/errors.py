"""Why the processes on this machine did not come up."""

from pathlib import Path

from task_ledger.local.embedded.errors import tail


class StackError(Exception):
    """Something that has to run on this machine does not. The text says which and why."""


class PortTaken(StackError):
    """Another program listens where the api would."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Another program listens on {host}, port {port}. Stop it, or choose another port: "
            f"PORT={port + 1} make run"
        )


class ProcessFailed(StackError):
    """One process did not come up. ``name`` says which, ``log_tail`` holds its last lines."""

    def __init__(self, name: str, what: str, log: Path) -> None:
        self.name = name
        self.log_tail = tail(log)
        super().__init__(f"{name} {what}\nThe last lines of {log}:\n{self.log_tail or '(empty)'}")


class OnReadyFailed(StackError):
    """All processes came up, but what was to be done then failed; the cause says why."""
