"""Errors of embedded servers. Every message says what to do."""

from pathlib import Path

_TAIL_LINES = 20
_TAIL_BYTES = 16_384


class EmbeddedServerError(Exception):
    """A server on this machine cannot be started, stopped or used. The text says what to do."""


class BinaryMissing(EmbeddedServerError):
    """The package with the server's programs is not installed for this platform."""


class NoIdentity(EmbeddedServerError):
    """This process is root, and no unprivileged user can access the server's files."""


class AlreadyServed(EmbeddedServerError):
    """Another running process serves this data folder."""


class DataUnusable(EmbeddedServerError):
    """The data folder exists, but this process cannot use its content."""


class StartFailed(EmbeddedServerError):
    """The server ended, or did not answer in time. ``log_tail`` holds its last lines."""

    def __init__(self, message: str, log: Path) -> None:
        self.log_tail = tail(log)
        super().__init__(f"{message}\nThe last lines of {log}:\n{self.log_tail or '(empty)'}")


class StopFailed(EmbeddedServerError):
    """The server is still running after it was told to stop."""


def tail(log: Path, lines: int = _TAIL_LINES) -> str:
    """The last lines of a log file; empty if there is none."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
