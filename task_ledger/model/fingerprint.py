"""The fingerprint of a failure, by which equal failures of different tasks are grouped."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

DIGITS: Final = 16
"""Length of a fingerprint, in hexadecimal digits."""

_VARYING: Final = (
    re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I),
    re.compile(r"\b0x[0-9a-f]+", re.I),
    # Hashes and ids: six or more hexadecimal digits, at least one of which is a number.
    re.compile(r"\b(?=[a-f]*[0-9])[0-9a-f]{6,}\b", re.I),
    re.compile(r"[0-9]+(?:[.,:][0-9]+)*"),
)


def fingerprint(task_type: str, error: Mapping[str, Any]) -> str:
    """The fingerprint of a task's failure: the same for the same type of task, type of error,
    place, and message without its numbers and ids.

    Args:
        error: `type` and `message`, and `place` if it is known, as in a record.

    Returns:
        `DIGITS` hexadecimal digits.
    """
    parts = (task_type, error["type"], error.get("place") or "", generalized(error["message"]))
    return sha256("\0".join(parts).encode()).hexdigest()[:DIGITS]


def generalized(message: str) -> str:
    """The message with `#` in place of numbers and ids, and single spaces."""
    for pattern in _VARYING:
        message = pattern.sub("#", message)
    return " ".join(message.split())
