"""A second fold, written for the check alone: what a record has to say after a task's events.

It shares nothing with the product's fold, and is kept to what the documentation says of a record.
"""

from collections.abc import Iterable
from typing import Any

_STATUS = {
    "registered": "PENDING",
    "started": "STARTED",
    "progress": "PROGRESS",
    "retrying": "RETRY",
    "completed": "SUCCESS",
    "failed": "FAILURE",
}
_PROGRESS = ("percent", "step", "detail", "current", "total")


def refolded(events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The columns of task_ledger.task_record for a task's events, given as rows in their order."""
    record: dict[str, Any] = dict.fromkeys(
        (*_PROGRESS, "worker", "boot", "entity", "retry_reason", "countdown_s", "failure_reason",
         "error", "result", "cancel_requested_by", "started_at", "attempt_started_at",
         "completed_at")
    )  # fmt: skip
    record["notes"] = 0
    for event in events:
        data, kind = both(event["data"], event["private"] or {}), event["type"]
        record["version"] = event["version"]
        record["updated_at"] = event["recorded_at"]
        record["digest"] = event["digest"].hex()
        if kind == "noted":
            record["notes"] += 1
        elif kind == "cancel_requested":
            record |= {"cancel_requested": True, "cancel_requested_by": event["actor"]}
        elif kind == "retry_requested":
            record["due_at"] = event["due_at"]
        else:
            record |= {name: event[name] for name in ("state", "claim", "due_at")}
            record["status"] = _STATUS[kind]
            record |= _OF[kind](event, data, record)
    return record


def both(clear: dict[str, Any], private: dict[str, Any]) -> dict[str, Any]:
    """The fields of an event's two texts; an error has some in each."""
    data = clear | private
    if "error" in clear and "error" in private:
        data["error"] = clear["error"] | private["error"]
    return data


def _registered(event: dict[str, Any], data: Any, _: Any) -> dict[str, Any]:
    return {
        "task_id": event["task_id"], "project_id": event["project_id"], "actor": event["actor"],
        "task_type": data["task_type"], "task_name": data["name"], "metadata": data["metadata"],
        "entity": data.get("entity"), "queue": data.get("queue"),
        "attempt": 0, "max_attempts": event["max_attempts"], "cancel_requested": False,
        "expires_at": data.get("expires_at"), "parent_id": data.get("parent_id"),
        "root_id": data.get("root_id"), "group_id": data.get("group_id"),
        "waits_for": data.get("waits_for", []), "rerun_of": data.get("rerun_of"),
        "created_at": event["recorded_at"],
    }  # fmt: skip


def _started(event: dict[str, Any], data: Any, record: dict[str, Any]) -> dict[str, Any]:
    return {
        "attempt": event["attempt"], "worker": data["worker"], "boot": data.get("boot"),
        "queue": data.get("queue") or record["queue"],
        "started_at": record["started_at"] or event["recorded_at"],
        "attempt_started_at": event["recorded_at"],
        "retry_reason": None, "countdown_s": None, "error": None, **dict.fromkeys(_PROGRESS),
    }  # fmt: skip


def _progress(_event: dict[str, Any], data: Any, _: Any) -> dict[str, Any]:
    return {name: data.get(name) for name in _PROGRESS}


def _retrying(event: dict[str, Any], data: Any, _: Any) -> dict[str, Any]:
    return {
        "max_attempts": event["max_attempts"], "retry_reason": data["reason"],
        "countdown_s": data["countdown_s"], "error": data.get("error"),
    }  # fmt: skip


def _completed(event: dict[str, Any], data: Any, _: Any) -> dict[str, Any]:
    return {
        "result": data.get("result"), "percent": 100.0, "completed_at": event["recorded_at"],
    }  # fmt: skip


def _failed(event: dict[str, Any], data: Any, _: Any) -> dict[str, Any]:
    error = data.get("error")
    if error is None and data.get("message"):
        error = {"type": data["reason"], "message": data["message"]}
    return {
        "status": "REVOKED" if data["reason"] == "cancelled" else "FAILURE",
        "failure_reason": data["reason"], "error": error, "retry_reason": None,
        "countdown_s": None, "completed_at": event["recorded_at"],
    }  # fmt: skip


_OF = {
    "registered": _registered,
    "started": _started,
    "progress": _progress,
    "retrying": _retrying,
    "completed": _completed,
    "failed": _failed,
}
