"""Exported events: every column covered by the digest, as plain text.

`docs/digest.md` shows how such an export is checked without this program.
"""

from datetime import UTC, datetime
from typing import Any, Final

from task_ledger.model.events import TaskEvent

COLUMNS: Final = (
    "task_id",
    "version",
    "project_id",
    "shard",
    "feed",
    "type",
    "schema_version",
    "actor",
    "occurred_at",
    "recorded_at",
    "state",
    "attempt",
    "max_attempts",
    "claim",
    "cancel_requested",
    "due_at",
    "data_text",
    "private_text",
    "salt",
    "erased",
    "digest",
)
"""The exported columns, in order."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")


def exported(event: TaskEvent) -> dict[str, Any]:
    """The event's `COLUMNS` as JSON values.

    Times are UTC with six decimals (`2026-11-23T18:20:00.000000Z`), ids and the digest are
    lower-case hex, `data_text` and `private_text` are the exact texts of the data; `erased` is the
    remainder of an erased private text, `<encoding> <hash>`; missing values are None.
    """
    return {
        "task_id": str(event.task_id),
        "version": event.version,
        "project_id": event.project_id,
        "shard": event.shard,
        "feed": event.feed,
        "type": str(event.type),
        "schema_version": event.schema_version,
        "actor": event.actor,
        "occurred_at": exact(event.occurred_at),
        "recorded_at": exact(event.recorded_at),
        "state": str(event.state),
        "attempt": event.attempt,
        "max_attempts": event.max_attempts,
        "claim": str(event.claim) if event.claim else None,
        "cancel_requested": event.cancel_requested,
        "due_at": exact(event.due_at) if event.due_at else None,
        "data_text": event.data_text,
        "private_text": None if event.erased else event.private_text,
        "salt": event.salt.hex if event.salt else None,
        "erased": (event.private_text or "").strip('"') if event.erased else None,
        "digest": event.digest.hex(),
    }


def csv_row(event: TaskEvent) -> list[Any]:
    """The fields of `exported`, safe to open in a spreadsheet.

    A text that starts like a formula or with an apostrophe gets one apostrophe in front; removing
    it gives back the exact text. Source: OWASP, CSV Injection.
    """
    return [
        f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
        for value in exported(event).values()
    ]


def exact(time: datetime) -> str:
    """`time` in UTC with six decimals, as `2026-11-23T18:20:00.000000Z`."""
    return time.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
