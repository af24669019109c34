"""The record: a task's state at one version, folded from its events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from task_ledger.model.transitions import State, Status


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task as of `version`. Times are the database's (`recorded_at` of the events).

    Attributes:
        boot: id of the lease of the worker that holds the newest claim.
        percent, step, detail, current, total: the latest progress of the newest attempt.
        retry_reason, countdown_s, due_at: set while a retry is counting down; `due_at` also
            while a registered task waits for its time.
        error: the newest attempt's error, {type, message, place?, traceback_sha256?}, while it
            matters: in RETRY and FAILURE.
        fingerprint: groups equal failures, see `model.fingerprint`; set in FAILURE.
        failure_reason: why the task ended without a result.
        parent_id: the task that enqueued this one; root_id: the first of its line; group_id:
            the group that it is a member of; waits_for: the tasks that it comes after;
            rerun_of: the ended task that was run again as this one.
        trace_id: the sampled trace that it was registered in, or that of its first attempt in one;
            32 hexadecimal digits.
        started_at: when the first attempt started; attempt_started_at: the newest.
        completed_at: when the task ended, with whatever result.
        digest: digest of the last event, in hex.
    """

    task_id: UUID
    project_id: str
    version: int
    state: State
    status: Status
    task_type: str
    task_name: str
    actor: str
    metadata: dict[str, Any]
    entity: dict[str, Any] | None
    queue: str | None
    attempt: int
    max_attempts: int | None
    claim: UUID | None
    worker: str | None
    boot: UUID | None
    percent: float | None
    step: str | None
    detail: str | None
    current: int | None
    total: int | None
    cancel_requested: bool
    cancel_requested_by: str | None
    retry_reason: str | None
    countdown_s: float | None
    due_at: datetime | None
    expires_at: datetime | None
    failure_reason: str | None
    error: dict[str, Any] | None
    fingerprint: str | None
    result: Any
    parent_id: UUID | None
    root_id: UUID | None
    group_id: UUID | None
    waits_for: list[UUID]
    rerun_of: UUID | None
    trace_id: str | None
    notes: int
    created_at: datetime
    started_at: datetime | None
    attempt_started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime
    digest: str
