"""The content of a notification, for machines and for people.

Contains only data that is never erased: no name, metadata, step, result or error message of a
task, which could be erased here but not at the receiver.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

_TITLES: Final = {
    "task.failed": "{task_type} failed",
    "task.ended": "{task_type} ended with {status}",
    "failure.first": "{task_type} failed with {error} for the first time",
    "failure.returned": "{task_type} fails with {error} again",
    "queue.stuck": "{queue} is stuck",
    "seal.refused": "The sealer refuses to sign",
    "notification.test": "This is a test",
}

_LABELS: Final = {
    "project_id": "project",
    "task_id": "task",
    "reason": "reason",
    "error": "error",
    "place": "place",
    "attempt": "attempt",
    "messages": "messages not published",
    "tasks": "tasks waiting",
    "oldest_s": "oldest, in seconds",
    "fingerprint": "group of failures",
    "url": "page",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a notification.

    Attributes:
        record: fields of the task's record, by their names in the message; empty if there is no
            task or no record.
        detail: of a condition, or the number of notifications held back.
    """

    key: UUID
    trigger: str
    made_at: datetime
    project_id: str | None
    task_id: UUID | None
    version: int | None
    record: Mapping[str, Any]
    detail: Mapping[str, Any]


def data_of(subject: Subject, page_url: str | None) -> dict[str, Any]:
    """The `data` of a webhook's message, without null values.

    Args:
        page_url: the page's public address; adds a link to a task's message.
    """
    known = {
        "project_id": subject.project_id,
        "task_id": subject.task_id and str(subject.task_id),
        "version": subject.version,
        **subject.record,
        **subject.detail,
    }
    if page_url is not None and subject.task_id is not None:
        known["url"] = f"{page_url.rstrip('/')}/tasks/{subject.task_id}"
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in known.items()
        if value is not None
    }


def body_of(subject: Subject, data: Mapping[str, Any]) -> bytes:
    """A webhook's body in JSON: `type`, `timestamp` of the notification, and `data`."""
    body = {"type": subject.trigger, "timestamp": subject.made_at.isoformat(), "data": data}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def slack_body(title: str, lines: list[str]) -> bytes:
    """The body for a Slack-compatible webhook; markup and mentions are escaped."""
    text = "\n".join([title, *lines])
    for special, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(special, written)
    return json.dumps({"text": text}).encode()


def title_of(subject: Subject, data: Mapping[str, Any]) -> str:
    """The title: one line of text."""
    if "held_back" in subject.detail:
        return _line(f"{subject.detail['held_back']} more of {subject.trigger} were held back")
    values = {
        "task_type": data.get("task_type", "A task"),
        "status": data.get("status", "an unknown status"),
        "error": data.get("error", "an unknown error"),
        "queue": f"The queue {data['queue']}" if "queue" in data else "The outbox",
    }
    title = _TITLES[subject.trigger].format(**values)
    project = subject.project_id
    return _line(title if project is None else f"{title} in {project}")


def lines_of(data: Mapping[str, Any]) -> list[str]:
    """The known fields, one line each."""
    return [_line(f"{label}: {data[name]}") for name, label in _LABELS.items() if name in data]


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:500]
