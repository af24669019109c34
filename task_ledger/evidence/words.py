"""Describing events in words."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from task_ledger.model.events import TaskEvent
from task_ledger.model.transitions import EventType

_REASONS: Final = {
    "worker_lost": "its worker was lost",
    "timeout": "it exceeded its time limit",
    "cancelled": "it was cancelled",
    "expired": "it expired before a worker took it",
    "undeliverable": "the broker rejected its message",
    "upstream": "a task that it waits for failed",
    "bad_result": "its result cannot be stored",
}
_NOTES: Final = {
    "duplicate_delivery_refused": "A duplicate delivery was refused",
    "late_write_refused": "A late write was refused",
    "comment": "Comment",
    "run_again": "Run again",
}


def in_words(event: TaskEvent) -> str:
    """The event in one line of text. Missing data is left out."""
    data: dict[str, Any] = json.loads(event.text)
    told = " ".join(_SAY[event.type](event, data).split())
    return f"{told} (private data erased)" if event.erased else told


def time_in_words(time: datetime) -> str:
    """A time in UTC to the millisecond, with its zone: `2026-11-30 09:00:00.123 UTC`."""
    return (
        time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.") + f"{time.microsecond // 1000:03} UTC"
    )


def _registered(event: TaskEvent, data: dict[str, Any]) -> str:
    due = f", due {time_in_words(event.due_at)}" if event.due_at else ""
    return f"Registered: {data.get('name')} ({data.get('task_type')}){due}"


def _started(event: TaskEvent, data: dict[str, Any]) -> str:
    limit = f" of {event.max_attempts}" if event.max_attempts else ""
    again = ", delivered again" if data.get("redelivered") else ""
    return f"Attempt {event.attempt}{limit} started on {data.get('worker')}{again}"


def _progress(_: TaskEvent, data: dict[str, Any]) -> str:
    total = f", {data.get('current', '?')} of {data['total']}" if data.get("total") else ""
    detail = f", {data['detail']}" if data.get("detail") else ""
    return f"{data.get('percent'):g} %: {data.get('step') or ''}{total}{detail}"


def _retrying(event: TaskEvent, data: dict[str, Any]) -> str:
    when = f", due {time_in_words(event.due_at)}" if event.due_at else ""
    return f"Attempt {event.attempt} ended, another one follows{when}: {_reason(data)}"


def _completed(event: TaskEvent, data: dict[str, Any]) -> str:
    result = data.get("result")
    if result is None and event.erased:
        return "Completed: result erased"
    told = "no result" if result is None else json.dumps(result, ensure_ascii=False)
    return f"Completed: {told}"


def _failed(_: TaskEvent, data: dict[str, Any]) -> str:
    return f"Failed: {_reason(data)}"


def _cancel_requested(event: TaskEvent, data: dict[str, Any]) -> str:
    none = "reason erased" if event.erased else "no reason given"
    return f"Cancel requested: {data.get('reason') or none}"


def _retry_requested(event: TaskEvent, data: dict[str, Any]) -> str:
    none = "reason erased" if event.erased else "no reason given"
    return f"Retry requested, countdown ended: {data.get('reason') or none}"


def _noted(_: TaskEvent, data: dict[str, Any]) -> str:
    kind = _NOTES.get(str(data.get("kind")), str(data.get("kind")))
    told = ", ".join(str(data[name]) for name in ("task_id", "message", "worker") if data.get(name))
    return f"{kind}: {told}" if told else kind


def _reason(data: dict[str, Any]) -> str:
    reason: Any = data.get("reason")
    error: dict[str, Any] = data.get("error") or {}
    told = f"{error.get('type')}: {error.get('message')}" if error else ""
    if reason == "error":
        return told
    said = [_REASONS.get(str(reason), str(reason)), str(data.get("message") or ""), told]
    return "; ".join(filter(None, said))


_SAY: Final = {
    EventType.REGISTERED: _registered,
    EventType.STARTED: _started,
    EventType.PROGRESS: _progress,
    EventType.RETRYING: _retrying,
    EventType.COMPLETED: _completed,
    EventType.FAILED: _failed,
    EventType.CANCEL_REQUESTED: _cancel_requested,
    EventType.NOTED: _noted,
    EventType.RETRY_REQUESTED: _retry_requested,
}
