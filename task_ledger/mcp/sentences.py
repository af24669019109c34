"""Describe tasks and events in sentences, each with the ids and numbers that prove it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from task_ledger.evidence.words import in_words, time_in_words
from task_ledger.model.events import TaskEvent
from task_ledger.model.transitions import EventType, State

Json = Mapping[str, Any]

LONGEST: Final = 500
"""Maximum number of characters quoted from a task's own text."""


def task_in_words(task: Json) -> str:
    """Describe a task in one line: its id, type, status and reason."""
    told = [
        f"task {task['task_id']}",
        f"{task['task_name']} ({task['task_type']})",
        _status(task),
        f"registered {_time(task['created_at'])} by {task['actor']}",
    ]
    if task["completed_at"]:
        told.append(f"ended {_time(task['completed_at'])}")
    if task["error"]:
        told.append(cut(f"error {task['error']['type']}: {task['error'].get('message') or ''}"))
    return "; ".join(told)


def waiting_in_words(task: Json, now: datetime) -> str:
    """Describe what an unfinished task waits for, and since when."""
    return f"{task_in_words(task)}; {_waits_for(task, now)}"


def event_in_words(event: Json) -> str:
    """Describe an event in one line: its number in the task, its time, and what happened."""
    return (
        f"event {event['version']}, {_time(event['recorded_at'])}: {cut(in_words(_event(event)))}"
    )


def lines(intro: str, entries: Iterable[str]) -> str:
    """Join an introduction and a list; each entry stays on one line, whatever its text."""
    return "\n".join([_one_line(intro), *(f"- {_one_line(entry)}" for entry in entries)])


def cut(text: str) -> str:
    """Put a task's text on one line, shortened if it is long."""
    one_line = _one_line(text)
    return one_line if len(one_line) <= LONGEST else f"{one_line[:LONGEST]}…"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _status(task: Json) -> str:
    limit = f" of {task['max_attempts']}" if task["max_attempts"] else ""
    attempt = f", attempt {task['attempt']}{limit}" if task["attempt"] else ""
    reason = f" ({task['failure_reason']})" if task["failure_reason"] else ""
    return f"{task['status']}{reason}{attempt}"


def _waits_for(task: Json, now: datetime) -> str:
    if task["attempt_started_at"] and task["status"] in ("STARTED", "PROGRESS"):
        since = f"runs on {task['worker']} since {_time(task['attempt_started_at'])}"
        step = task["progress"]["step"]
        return f"{since}, at “{cut(step)}”" if step else since
    if task["waits_for"]:
        return f"waits for the end of tasks {', '.join(task['waits_for'])}"
    if task["due_at"] and datetime.fromisoformat(task["due_at"]) > now:
        return f"waits until {_time(task['due_at'])}"
    queue = f"queue {task['queue']}" if task["queue"] else "its queue"
    return f"waits in {queue} for a worker since {_time(task['due_at'] or task['updated_at'])}"


def _time(text: str) -> str:
    return time_in_words(datetime.fromisoformat(text))


def _event(event: Json) -> TaskEvent:
    return TaskEvent(
        task_id=UUID(event["task_id"]),
        version=event["version"],
        project_id=event["project_id"],
        shard=0,
        feed=0,
        type=EventType(event["type"]),
        schema_version=event["schema_version"],
        actor=event["actor"],
        occurred_at=datetime.fromisoformat(event["occurred_at"]),
        recorded_at=datetime.fromisoformat(event["recorded_at"]),
        state=State(event["state"]),
        attempt=event["attempt"],
        max_attempts=event["max_attempts"],
        claim=None,
        cancel_requested=event["cancel_requested"],
        due_at=datetime.fromisoformat(event["due_at"]) if event["due_at"] else None,
        digest=bytes.fromhex(event["digest"]),
        data_text=json.dumps(event["data"]),
    )
