"""What of an exception may be stored: its first lines, without secrets; the traceback apart."""

import re
import traceback
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from task_ledger.model.events import ErrorData
from task_ledger.model.sanitize import cut_to, storable_text

MAX_LINES: Final = 5
MAX_MESSAGE: Final = 2000
MAX_TRACEBACK: Final = 200_000

_HIDDEN: Final = "[hidden]"
_SECRETS: Final = (
    # scheme://user:password@host
    (re.compile(r"(?<=://)([^/\s:@]*):[^@/\s]+(?=@)"), r"\1:" + _HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 " + _HIDDEN),
    (
        re.compile(
            r"(?i)([\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key"
            r"|private[_-]?key|authorization|cookie)[\w-]*[\"']?\s*[=:]\s*)"
            r"(\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)"
        ),
        r"\1" + _HIDDEN,
    ),
    (re.compile(r"\b(?:sk|pk|rk|tl|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{16,}"), _HIDDEN),
    (re.compile(r"\bAKIA[0-9A-Z]{16}\b"), _HIDDEN),
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", re.S
        ),
        _HIDDEN,
    ),
)


@dataclass(frozen=True, slots=True)
class ErrorText:
    """An exception in words.

    Attributes:
        data: for the log: type, message, and the sha256 of the traceback's text.
        traceback: for the private table.
    """

    data: ErrorData
    traceback: str


def scrubbed(text: str) -> str:
    """`text` with what looks like a password, key or token replaced by `[hidden]`."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def error_text(error: BaseException) -> ErrorText:
    """Put an exception into words that may be stored."""
    lines = scrubbed(storable_text(_message(error))).strip().splitlines()
    message = "\n".join(lines[:MAX_LINES])
    if len(lines) > MAX_LINES:
        message += f"\n… ({len(lines) - MAX_LINES} more lines)"
    trace = cut_to(storable_text("".join(traceback.format_exception(error))), MAX_TRACEBACK)
    return ErrorText(
        ErrorData(
            type=f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins."),
            message=cut_to(message, MAX_MESSAGE),
            traceback_sha256=sha256(trace.encode()).hexdigest(),
        ),
        trace,
    )


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # noqa: BLE001 (an author's __str__ may raise anything)
        return f"(its message could not be read: {type(broken).__name__})"
