"""Logs as the services write them: an event's name and its fields, one event a line."""

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
"""Places that an error is located by: the innermost ones."""


def configure_logs(*, human: bool | None = None) -> None:
    """Render structlog's events on standard error, with all that is bound to their context, and
    what libraries log in the same way.

    Args:
        human: lines to read, or JSON; by default lines where standard error is a terminal.
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
    """Write what this process's libraries log, from warnings on, on standard error.

    In the place of any handler that the root logger has.

    Args:
        render: makes the line.
        also: what records go through before that; the record itself is the event's `_record`.
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
    """Say which library a line is of."""
    event["logger"] = event["_record"].name
    return event


def located(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put what an error says, and where it was raised, in the place of the error."""
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
    """What an error says and where it was raised, as fields of a log's line.

    The values around that place belong into no log: a token, what was uploaded, a task's
    arguments. What looks like a secret is taken out of the message, as in an event.
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
    """Hide what looks like a secret, or quotes a row, in every field that is text."""
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
"""What every line goes through: its bound context, level, time and error; then without secrets."""
