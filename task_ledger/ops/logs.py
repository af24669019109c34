"""Structured logs of the services: an event name and fields, one event per line."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final, cast

import structlog
from structlog.typing import Processor

from task_ledger.model.error_text import error_text
from task_ledger.model.scrub import scrubbed

_FRAMES: Final = 12
"""Number of innermost stack frames logged for an error."""


def configure_logs(*, human: bool | None = None) -> None:
    """Render structlog's events with their bound context on standard error, and log records of
    libraries in the same format.

    Args:
        human: human-readable lines instead of JSON. Default: if standard error is a terminal.
    """
    render = (
        structlog.dev.ConsoleRenderer()
        if (sys.stderr.isatty() if human is None else human)
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*BEFORE_RENDERING, render],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    write_records(render)


def write_records(render: Processor, *also: Processor) -> None:
    """Write log records of libraries, from level WARNING on, to standard error.

    Replaces the root logger's handlers.

    Args:
        render: the processor that renders the line.
        also: processors that run before it; the log record is in the event's `_record`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*BEFORE_RENDERING, from_library, *also],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def from_library(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Add the library's name."""
    event["logger"] = event["_record"].name
    return event


def located(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an error by its message and location."""
    given: Any = event.pop("exc_info", None)
    error: Any = given
    if given is True:
        error = sys.exc_info()[1]
    elif isinstance(given, tuple):
        _, error, _ = cast("tuple[Any, Any, Any]", given)
    if isinstance(error, BaseException):
        event.update({**location_of(error), "error": event.get("error", type(error).__name__)})
    return event


def location_of(error: BaseException) -> dict[str, Any]:
    """An error's message and location, as fields of a log line.

    Local variables are never logged, because they may contain tokens, uploads or a task's
    arguments. What looks like a secret is removed from the message, as in events.
    """
    fields: dict[str, Any] = {
        "error": type(error).__name__,
        "message": error_text(error).data.message,
        "at": [
            f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        ],
    }
    if cause := error.__cause__ or error.__context__:
        fields["cause"] = type(cause).__name__
    return fields


def scrubbed_values(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide likely secrets and quoted rows in all text fields."""
    for name, value in event.items():
        if not name.startswith("_"):
            event[name] = _without_secrets(value)
    return event


def _without_secrets(value: Any) -> Any:
    match value:
        case str():
            return scrubbed(value)
        case list() | tuple():
            return [_without_secrets(each) for each in cast("list[Any]", value)]
        case dict():
            named = cast("dict[Any, Any]", value)
            return {name: _without_secrets(each) for name, each in named.items()}
        case _:
            return value


BEFORE_RENDERING: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    located,
    scrubbed_values,
)
"""The processors of every line: bound context, level, time and error, then removal of secrets."""
