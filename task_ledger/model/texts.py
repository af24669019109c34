"""The two texts of an event's data: clear and private, and the mark of an erasure.

The private text can be erased: `task_ledger.erase` replaces it by a mark, the JSON string
`"<encoding> <hash>"` with the hash that the event's digest covers. An event without a private text
has encoding 1, one with it encoding 2; `docs/digest.md` describes both.
"""

import json
import re
from typing import Any, Final, cast

from task_ledger.errors import FoldError
from task_ledger.model.transitions import EventType

ERASED: Final = "[erased]"
"""The value of a required field after an erasure."""

_MARK: Final = re.compile('"([12]) ([0-9a-f]{64})"')

_REQUIRED: Final = {EventType.REGISTERED: "name", EventType.PROGRESS: "step"}
_NESTED: Final = frozenset({EventType.RETRYING, EventType.FAILED})


def is_mark(private: str | None) -> bool:
    """Whether a private text is the mark of an erasure."""
    return private is not None and private.startswith('"')


def mark_of(private: str) -> tuple[int, str] | None:
    """The encoding and the hash in a mark; None if it is not a valid mark."""
    found = _MARK.fullmatch(private)
    return (int(found[1]), found[2]) if found else None


def merged(event_type: EventType, clear: str, private: str | None) -> str:
    """One JSON text with the fields of both.

    Raises:
        FoldError: one of the two is not a JSON object.
    """
    if private is None:
        return clear
    if is_mark(private):
        return json.dumps(_erased(event_type, _object(clear)), ensure_ascii=False)
    if event_type in _NESTED:
        both = _object(clear)
        for name, value in _object(private).items():
            known: Any = both.get(name)
            both[name] = {**known, **value} if isinstance(known, dict) else value
        return json.dumps(both, ensure_ascii=False)
    # Joined as text: parsing them here and again in the model would take three times as long.
    first, second = clear.strip(), private.strip()
    if first[:1] != "{" or second[:1] != "{":
        raise FoldError("the data of an event is not a JSON object")
    comma = "," if first[1:-1].strip() and second[1:-1].strip() else ""
    return f"{first[:-1]}{comma}{second[1:]}"


def _erased(event_type: EventType, clear: dict[str, Any]) -> dict[str, Any]:
    required = _REQUIRED.get(event_type)
    if required is not None:
        clear.setdefault(required, ERASED)
    error: Any = clear.get("error")
    if event_type in _NESTED and isinstance(error, dict):
        clear["error"] = {"message": ERASED, **cast("dict[str, Any]", error)}
    return clear


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise FoldError(f"the data of an event is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise FoldError("the data of an event is not a JSON object")
    return cast("dict[str, Any]", found)
