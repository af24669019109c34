"""Logs as the services write them: an event's name and its fields, one event a line."""

import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final, cast

import structlog
from structlog.typing import Processor

from task_ledger.error_text import error_text

_FRAMES: Final = 12
"""Places that an error is located by: the innermost ones."""


def configure_logs(*, human: bool | None = None) -> None:
    """Render structlog's events on standard error, with all that is bound to their context.

    Args:
        human: lines to read, or JSON; by default lines where standard error is a terminal.
    """
    structlog.configure(
        processors=[
            *BEFORE_RENDERING,
            structlog.dev.ConsoleRenderer()
            if (sys.stderr.isatty() if human is None else human)
            else structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def located(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put what an error says, and where it was raised, in the place of the error.

    The values around that place belong into no log: a token, what was uploaded, a task's
    arguments. What looks like a secret is taken out of the message, as in an event.
    """
    given: Any = event.pop("exc_info", None)
    error: Any = given
    if given is True:
        error = sys.exc_info()[1]
    elif isinstance(given, tuple):
        _, error, _ = cast("tuple[Any, Any, Any]", given)
    if isinstance(error, BaseException):
        event.setdefault("error", type(error).__name__)
        event["message"] = error_text(error).data.message
        event["at"] = [
            f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        ]
        if cause := error.__cause__ or error.__context__:
            event["cause"] = type(cause).__name__
    return event


BEFORE_RENDERING: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    located,
)
"""What every line goes through: what is bound to its context, its level, its time, its error."""
