"""Logs as the services write them: an event's name and its fields, one event a line."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

from task_ledger.error_text import error_text

_FRAMES: Final = 12
"""Places that an error is located by: the innermost ones."""


def configure_logs(*, human: bool | None = None) -> None:
    """Render structlog's events on standard error, with all that is bound to their context.

    Args:
        human: lines to read, or JSON; by default lines where standard error is a terminal.
    """
    structlog.configure(
        processors=_processors(sys.stderr.isatty() if human is None else human),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def configure_worker_logs() -> None:
    """Render structlog's events as JSON through the standard library, as Celery sets it up."""
    structlog.configure(
        processors=_processors(human=False),
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("task_ledger").setLevel(logging.INFO)
    logging.getLogger("services").setLevel(logging.INFO)


def _processors(human: bool) -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        located,
        structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(),
    ]


def located(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put what an error says, and where it was raised, in the place of the error.

    The values around that place belong into no log: a token, what was uploaded, a task's
    arguments. What looks like a secret is taken out of the message, as in an event.
    """
    given: Any = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
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
