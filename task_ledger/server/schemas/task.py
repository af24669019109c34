"""A task in API responses: its record."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from task_ledger.eventlog.tree_state import TreeState
from task_ledger.eventlog.usual_durations import UsualDuration
from task_ledger.eventlog.waits import Wait, WaitsFor
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import State, Status


class ProgressAnswer(BaseModel):
    """The latest progress of the newest attempt; all null before the first report."""

    percent: float | None = Field(description="0 to 100.")
    step: str | None
    detail: str | None
    current: int | None
    total: int | None


class RetryAnswer(BaseModel):
    """The countdown to the next attempt."""

    due_at: datetime | None = Field(
        description="When the next attempt may start, by the database's clock."
    )
    countdown_s: float | None = Field(description="Length of the whole countdown, in seconds.")
    reason: str | None = Field(description="`error`, `timeout`, `worker_lost` or `shortage`.")


class ErrorAnswer(BaseModel):
    """The newest attempt's error, without its traceback."""

    type: str
    message: str
    place: str | None = Field(
        default=None, description="The application's function that raised it."
    )
    traceback_sha256: str | None = None


class EntityAnswer(BaseModel):
    """The domain object that the task works on."""

    type: str
    id: str


class WaitingAnswer(BaseModel):
    """What a task that has not started waits for."""

    model_config = ConfigDict(from_attributes=True)

    waits_for: WaitsFor = Field(
        description="`tasks`: other tasks to end. `time`: `due_at`. `resume`: its queue is paused. "
        "`worker`: a worker to receive it. `process`: a worker has received it and has no free "
        "process."
    )
    queue: str | None
    since: datetime
    taken: bool = Field(description="Whether a living worker consumes the queue.")
    no_worker: bool = Field(
        description="An alarm: it has waited for a worker for over 15 s, and none consumes its "
        "queue."
    )


class UsualAnswer(BaseModel):
    """How long successful runs of the task's type usually take in its project."""

    model_config = ConfigDict(from_attributes=True)

    p95_s: float = Field(
        description="95 in 100 of the runs of the last 7 days took at most this long, in seconds, "
        "within 9 %."
    )
    runs: int = Field(description="The number of these runs, at least 20.")
    updated_at: datetime = Field(description="When it was computed.")


class TreeStateAnswer(BaseModel):
    """The state of the tree that begins with a task: of the task, and of the first 500 tasks below
    it, by creation, in its project."""

    model_config = ConfigDict(from_attributes=True)

    worst: Status = Field(
        description="The status that matters most: FAILURE, RETRY, REVOKED, then what runs or "
        "waits, then SUCCESS."
    )
    by_status: dict[Status, int] = Field(description="Number of these tasks.")
    more: bool = Field(description="Whether there are further tasks, which are not counted.")
    running_since: datetime | None = Field(
        description="The first start of any of these tasks, if any of them has not ended."
    )
    last_end: datetime | None = Field(description="The last end of any of these tasks.")


class TaskAnswer(BaseModel):
    """A task at one version. All times are from the database's clock."""

    task_id: UUID
    task_type: str
    task_name: str
    status: Status
    state: State
    version: int
    progress: ProgressAnswer
    attempt: int = Field(description="The newest attempt's number; 0 before the first.")
    max_attempts: int | None = Field(description="Null if unlimited.")
    retry: RetryAnswer | None = Field(description="Set only while the status is RETRY.")
    result: JsonValue
    error: ErrorAnswer | None
    fingerprint: str | None = Field(
        description="Identifies the group of equal failures. Set only while the status is FAILURE."
    )
    failure_reason: str | None
    created_at: datetime
    started_at: datetime | None
    attempt_started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime
    duration_ms: int | None = Field(description="Milliseconds from the first start to the end.")
    due_at: datetime | None = Field(description="No attempt starts before this time.")
    expires_at: datetime | None
    project_id: str
    actor: str = Field(description="Who enqueued the task.")
    worker: str | None
    queue: str | None
    cancel_requested: bool
    cancel_requested_by: str | None
    entity: EntityAnswer | None
    metadata: dict[str, JsonValue]
    parent_id: UUID | None = Field(description="The task that enqueued this one.")
    root_id: UUID | None = Field(description="The topmost ancestor of the task.")
    group_id: UUID | None = Field(description="The group that the task belongs to.")
    waits_for: list[UUID] = Field(
        description="The tasks that must succeed before this one starts; if it was registered with "
        "`after_failures`, the tasks that must end."
    )
    waiting: WaitingAnswer | None = Field(
        default=None,
        description="Set only while the task waits to start, and not with `as_of`, "
        "`as_of_version` or `source=log`.",
    )
    usual: UsualAnswer | None = Field(
        default=None,
        description="Set only while the task runs, if its type has enough runs to compare with, "
        "and not with `as_of`, `as_of_version` or `source=log`.",
    )
    tree: TreeStateAnswer | None = Field(
        default=None, description="Set only in lists with `trees`: the state of its tree."
    )
    rerun_of: UUID | None = Field(description="The ended task that was run again as this one.")
    trace_id: str | None = Field(
        description="The sampled OpenTelemetry trace that the task was enqueued in, or that of its "
        "first attempt in one: 32 hexadecimal digits."
    )
    notes: int
    digest: str = Field(description="Digest of the last event, in hex.")
    settled: bool | None = Field(
        default=None,
        description="With `as_of` or `as_of_version`: false while an event recorded before that "
        "time may still become visible.",
    )


def task_answer(
    record: TaskRecord,
    settled: bool | None = None,
    wait: Wait | None = None,
    usual: UsualDuration | None = None,
    tree: TreeState | None = None,
) -> TaskAnswer:
    """The record as an API response, with what it waits for now, how long it usually runs, or the
    state of its tree."""
    values: dict[str, Any] = {
        name: getattr(record, name) for name in TaskAnswer.model_fields if hasattr(record, name)
    }
    return TaskAnswer.model_validate(
        values
        | {
            "progress": ProgressAnswer(
                percent=record.percent,
                step=record.step,
                detail=record.detail,
                current=record.current,
                total=record.total,
            ),
            "retry": _retry(record),
            "duration_ms": _duration_ms(record),
            "settled": settled,
            "waiting": wait and WaitingAnswer.model_validate(wait),
            "tree": tree and TreeStateAnswer.model_validate(tree),
            "usual": usual and UsualAnswer.model_validate(usual),
        }
    )


def _retry(record: TaskRecord) -> RetryAnswer | None:
    if record.status is not Status.RETRY:
        return None
    return RetryAnswer(
        due_at=record.due_at, countdown_s=record.countdown_s, reason=record.retry_reason
    )


def _duration_ms(record: TaskRecord) -> int | None:
    if record.started_at is None or record.completed_at is None:
        return None
    return round((record.completed_at - record.started_at).total_seconds() * 1000)
