"""An event in API responses. Tracebacks are stored elsewhere and are not part of it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError

from task_ledger.errors import FoldError
from task_ledger.eventlog.timeline import Entry
from task_ledger.model.events import TaskEvent
from task_ledger.model.sanitize import cut_to
from task_ledger.model.transitions import EventType, State


class EventAnswer(BaseModel):
    """One event. `state` and the fields after it describe the task after this event."""

    task_id: UUID
    version: int
    project_id: str
    type: EventType
    schema_version: int
    actor: str = Field(description="Who caused the event: the name of a token, or a worker.")
    occurred_at: datetime = Field(description="By the writer's clock.")
    recorded_at: datetime = Field(description="By the database's clock.")
    state: State
    attempt: int
    max_attempts: int | None
    claim: UUID | None
    cancel_requested: bool
    due_at: datetime | None
    data: dict[str, JsonValue] = Field(
        description="The event's data. If the stored text is not a JSON object, because it was "
        "altered or written by something other than the library, the only key is `unreadable`, "
        "with the beginning of the text."
    )
    erased: bool = Field(
        description="Whether its private data was erased: a required field of `data` then reads "
        "`[erased]`, and an optional one is missing."
    )
    digest: str


class EventsAnswer(BaseModel):
    """A page of a task's events, oldest first."""

    events: list[EventAnswer]
    next: int | None = Field(
        description="Pass as `after` for the next page; null on the last page."
    )


class TimelineEventAnswer(EventAnswer):
    """One event with its number in the project's timeline."""

    seq: int = Field(description="The event's number in the project's timeline, from 1.")
    task_type: str | None = Field(description="Null if the task could not be folded.")
    task_name: str | None


class TimelineAnswer(BaseModel):
    """A page of a project's timeline."""

    events: list[TimelineEventAnswer]
    next: int | None = Field(
        description="Pass as `cursor` for the next page; null on the last page."
    )
    looked_to: int | None = Field(
        description="The timeline number at which a page that is not full stopped searching; "
        "`next` continues from there. Null on a full page and on the last page."
    )
    head: int = Field(
        description="The timeline's last number when it was read; pass it to the stream as `after`."
    )
    epoch: str = Field(
        description="Changes when the database is restored, moved to another cluster or failed "
        "over to a replica. Numbers of another epoch may be other events'."
    )
    lag_s: float = Field(
        description="How far the timeline may be behind the log, in seconds: the age of the oldest "
        "event that is not numbered yet, and how late a read replica is that answered."
    )


def event_answer(event: TaskEvent) -> EventAnswer:
    """The event as an API response."""
    return EventAnswer(**_values(event))


def timeline_event_answer(entry: Entry) -> TimelineEventAnswer:
    """The timeline entry as an API response."""
    return TimelineEventAnswer(
        seq=entry.seq,
        task_type=entry.task_type,
        task_name=entry.task_name,
        **_values(entry.event),
    )


def _values(event: TaskEvent) -> dict[str, Any]:
    return {
        "task_id": event.task_id,
        "version": event.version,
        "project_id": event.project_id,
        "type": event.type,
        "schema_version": event.schema_version,
        "actor": event.actor,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "state": event.state,
        "attempt": event.attempt,
        "max_attempts": event.max_attempts,
        "claim": event.claim,
        "cancel_requested": event.cancel_requested,
        "due_at": event.due_at,
        "data": _shown(event),
        "erased": event.erased,
        "digest": event.digest.hex(),
    }


_DATA: Final = TypeAdapter(dict[str, JsonValue])
_UNREADABLE: Final = 500


def _shown(event: TaskEvent) -> dict[str, JsonValue]:
    # One unreadable event must not hide the events around it.
    try:
        return _DATA.validate_json(event.text)
    except (FoldError, ValidationError):
        return {"unreadable": cut_to(event.data_text, _UNREADABLE)}
