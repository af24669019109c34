"""The part of an exception that may be stored: its first lines, without secrets and row values.

Its traceback, which may contain them, is stored separately.
"""

import traceback
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from pydantic import ValidationError

from task_ledger.model.database_error import database_message, is_database_error, related
from task_ledger.model.error_place import place_of
from task_ledger.model.events import ErrorData, describe
from task_ledger.model.sanitize import cut_to, sanitize_text
from task_ledger.model.scrub import scrubbed

MAX_LINES: Final = 5
MAX_MESSAGE: Final = 2000
MAX_TRACEBACK: Final = 200_000


@dataclass(frozen=True, slots=True)
class ErrorText:
    """The storable text of an exception.

    Attributes:
        data: for the log: type, message, place, and the SHA-256 of the traceback.
        traceback: the traceback, for the private table.
    """

    data: ErrorData
    traceback: str


def error_text(error: BaseException) -> ErrorText:
    """Convert an exception to text that may be stored."""
    lines = scrubbed(sanitize_text(_message(error))).strip().splitlines()
    message = "\n".join(lines[:MAX_LINES])
    if len(lines) > MAX_LINES:
        message += f"\n… ({len(lines) - MAX_LINES} more lines)"
    trace = cut_to(sanitize_text("".join(traceback.format_exception(error))), MAX_TRACEBACK)
    return ErrorText(
        ErrorData(
            type=f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins."),
            message=cut_to(message, MAX_MESSAGE),
            place=_storable_place(error),
            traceback_sha256=sha256(trace.encode()).hexdigest(),
        ),
        trace,
    )


def _storable_place(error: BaseException) -> str | None:
    place = place_of(error)
    return None if place is None else sanitize_text(place)


def _message(error: BaseException) -> str:
    message = _safe(error)
    # A task may have copied the text of such an error into another message.
    inner = {_raw(each): each for each in related(error) if each is not error}
    for raw in sorted(filter(None, inner), key=len, reverse=True):
        if (safe := _safe(inner[raw])) != raw:
            message = message.replace(raw, safe)
    return message


def _safe(error: BaseException) -> str:
    """The message without values quoted by databases and pydantic."""
    if isinstance(error, ValidationError):
        return describe(error)
    wrapped = getattr(error, "orig", None)
    if isinstance(wrapped, BaseException) and not is_database_error(wrapped):
        # SQLAlchemy wraps errors raised while converting a value.
        return f"{type(wrapped).__name__}: {_safe(wrapped)}"
    return database_message(error) if is_database_error(error) else _raw(error)


def _raw(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # noqa: BLE001 (an author's __str__ may raise anything)
        return f"(its message could not be read: {type(broken).__name__})"
