"""The one fold: `fold(record, event) -> record`. Pure; every read path goes through it."""

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, cast

from task_ledger.errors import FoldError
from task_ledger.model.events import (
    Completed,
    Failed,
    Noted,
    Progress,
    Registered,
    Retrying,
    RetryRequested,
    Started,
    TaskEvent,
)
from task_ledger.model.fingerprint import fingerprint
from task_ledger.model.record import TaskRecord
from task_ledger.model.timestamps import OUT_OF_RANGE
from task_ledger.model.traceparent import sampled_trace_id
from task_ledger.model.transitions import LIFECYCLE, EventType, State, Status, may_follow, status_of

_NAMES: Final = tuple(field.name for field in fields(TaskRecord))
_VALUES: Final = attrgetter(*_NAMES)
_STATES: Final = {EventType(state.value): state for state in State}
_STATUSES: Final = {state: status_of(state) for state in State if state is not State.FAILED}


def fold(record: TaskRecord | None, event: TaskEvent) -> TaskRecord:
    """Return the record after `event`. `record` is the task before it; None before the first event.

    Raises:
        FoldError: the event is not the next one, is illegal here, has unreadable data, or has times
            that the log would not have accepted.
    """
    return TaskRecord(**_after(_state(record), event))


def fold_all(record: TaskRecord | None, events: Iterable[TaskEvent]) -> TaskRecord | None:
    """Fold `events`, in the order of their versions, onto `record`.

    Raises:
        FoldError: as in `fold`, for the first event that cannot be folded.
    """
    # One dictionary, changed by each event, and one record at the end: creating either costs more
    # than folding an event.
    state = _state(record)
    last = None
    for last in events:
        state = _after(state, last)
    return record if last is None or state is None else TaskRecord(**state)


def _state(record: TaskRecord | None) -> dict[str, Any] | None:
    return None if record is None else dict(zip(_NAMES, _VALUES(record), strict=True))


def _after(state: dict[str, Any] | None, event: TaskEvent) -> dict[str, Any]:
    """The state after `event`: a new one for the first event, otherwise `state` itself, changed."""
    if OUT_OF_RANGE in (event.occurred_at, event.recorded_at, event.due_at):
        raise FoldError(
            f"task {event.task_id}: version {event.version} has a time that no writer can have "
            "stored; task-ledger verify tells whether it was altered"
        )
    expected = 1 if state is None else state["version"] + 1
    if event.version != expected:
        raise FoldError(
            f"task {event.task_id}: version {event.version} does not follow version {expected - 1}"
        )
    if not may_follow(state["state"] if state else None, event.type):
        raise FoldError(
            f"task {event.task_id}: {event.type} (version {event.version}) may not follow"
            f" {state['state'] if state else 'nothing'}"
        )
    if state is None:
        state = _first(event)
    else:
        _change(state, event)
        state["version"] = event.version
        state["updated_at"] = event.recorded_at
        state["digest"] = event.digest.hex()
    if state["state"] != event.state:
        raise FoldError(
            f"task {event.task_id}: version {event.version} has the state {event.state}, but its "
            f"type leads to {state['state']}"
        )
    return state


def _first(event: TaskEvent) -> dict[str, Any]:
    data = cast(Registered, event.data)
    return {
        "task_id": event.task_id,
        "project_id": event.project_id,
        "version": 1,
        "state": State.REGISTERED,
        "status": status_of(State.REGISTERED),
        "task_type": data.task_type,
        "task_name": data.name,
        "actor": event.actor,
        "metadata": data.metadata,
        "entity": data.entity.model_dump() if data.entity else None,
        "queue": data.queue,
        "attempt": 0,
        "max_attempts": event.max_attempts,
        "claim": None,
        "worker": None,
        "boot": None,
        "percent": None,
        "step": None,
        "detail": None,
        "current": None,
        "total": None,
        "cancel_requested": False,
        "cancel_requested_by": None,
        "retry_reason": None,
        "countdown_s": None,
        "due_at": event.due_at,
        "expires_at": data.expires_at,
        "failure_reason": None,
        "error": None,
        "fingerprint": None,
        "result": None,
        "parent_id": data.parent_id,
        "root_id": data.root_id,
        "group_id": data.group_id,
        "waits_for": data.waits_for,
        "rerun_of": data.rerun_of,
        "trace_id": sampled_trace_id(data.traceparent),
        "notes": 0,
        "created_at": event.recorded_at,
        "started_at": None,
        "attempt_started_at": None,
        "completed_at": None,
        "updated_at": event.recorded_at,
        "digest": event.digest.hex(),
    }


def _change(state: dict[str, Any], event: TaskEvent) -> None:
    data = event.data
    if event.type in LIFECYCLE:
        reached = _STATES[event.type]
        state["state"] = reached
        state["claim"] = event.claim
        state["due_at"] = event.due_at
        if reached is not State.FAILED:
            state["status"] = _STATUSES[reached]
    match data:
        case Progress():
            state["percent"] = data.percent
            state["step"] = data.step
            state["detail"] = data.detail
            state["current"] = data.current
            state["total"] = data.total
        case Started():
            state |= {
                "attempt": event.attempt,
                "worker": data.worker,
                "boot": data.boot,
                "trace_id": state["trace_id"] or sampled_trace_id(data.traceparent),
                "queue": data.queue or state["queue"],
                "started_at": state["started_at"] or event.recorded_at,
                "attempt_started_at": event.recorded_at,
                "percent": None,
                "step": None,
                "detail": None,
                "current": None,
                "total": None,
                "retry_reason": None,
                "countdown_s": None,
                "error": None,
            }
        case Retrying():
            state |= {
                "max_attempts": event.max_attempts,
                "retry_reason": str(data.reason),
                "countdown_s": data.countdown_s,
                "error": data.error.model_dump(exclude_none=True) if data.error else None,
            }
        case Completed():
            state |= {
                "result": data.result,
                "percent": 100.0,
                "completed_at": event.recorded_at,
            }
        case Failed():
            error = data.error.model_dump(exclude_none=True) if data.error else None
            if error is None and data.message:
                error = {"type": str(data.reason), "message": data.message}
            status = status_of(State.FAILED, data.reason)
            state |= {
                "status": status,
                "failure_reason": str(data.reason),
                "error": error,
                "fingerprint": fingerprint(
                    state["task_type"], error or {"type": str(data.reason), "message": ""}
                )
                if status is Status.FAILURE
                else None,
                "retry_reason": None,
                "countdown_s": None,
                "completed_at": event.recorded_at,
            }
        case Noted():
            state["notes"] += 1
        case RetryRequested():
            state["due_at"] = event.due_at
        case _:
            if event.type is not EventType.CANCEL_REQUESTED:
                raise FoldError(f"task {event.task_id}: {event.type} has no fold")
            state["cancel_requested"] = True
            state["cancel_requested_by"] = event.actor
