"""An event as it is answered. A traceback is not part of it: its text is kept elsewhere."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError

from task_ledger.eventlog.timeline import Entry
from task_ledger.model.events import TaskEvent
from task_ledger.model.sanitize import cut_to
from task_ledger.model.transitions import EventType, State


class EventAnswer(BaseModel):
    """One event. `state` and what follows it describe the task after this event."""

    task_id: UUID
    version: int
    project_id: str
    type: EventType
    schema_version: int
    actor: str = Field(description="Who caused it: a token's name, or a worker.")
    occurred_at: datetime = Field(description="By the writer's clock.")
    recorded_at: datetime = Field(description="By the database's clock.")
    state: State
    attempt: int
    max_attempts: int | None
    claim: UUID | None
    cancel_requested: bool
    due_at: datetime | None
    data: dict[str, JsonValue] = Field(
        description="What happened. Of data that is no readable JSON object, because somebody "
        "altered it or wrote past the library: `unreadable`, the beginning of its text."
    )
    digest: str


class EventsAnswer(BaseModel):
    """A page of a task's events, oldest first."""

    events: list[EventAnswer]
    next: int | None = Field(description="`after` of the next page; null on the last one.")


class TimelineEventAnswer(EventAnswer):
    """One event in its place in the project's timeline."""

    seq: int = Field(description="Its number in the project's timeline, from 1.")
    task_type: str | None = Field(description="Null for a task that could not be folded.")
    task_name: str | None


class TimelineAnswer(BaseModel):
    """A page of a project's timeline."""

    events: list[TimelineEventAnswer]
    next: int | None = Field(description="`cursor` of the next page; null on the last one.")
    looked_to: int | None = Field(
        description="The number at which a page that is not full stopped looking: there may be "
        "more from `next` on. Null on a full page and on the last one."
    )
    head: int = Field(
        description="The timeline's last number when it was read: stream from there with `after`."
    )


def event_answer(event: TaskEvent) -> EventAnswer:
    """The event as it is answered."""
    return EventAnswer(**_values(event))


def timeline_event_answer(entry: Entry) -> TimelineEventAnswer:
    """The entry as it is answered."""
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
        "data": _shown(event.data_text),
        "digest": event.digest.hex(),
    }


_DATA: Final = TypeAdapter(dict[str, JsonValue])
_UNREADABLE: Final = 500


def _shown(text: str) -> dict[str, JsonValue]:
    # One event that cannot be read must not take the events around it away from their reader.
    try:
        return _DATA.validate_json(text)
    except ValidationError:
        return {"unreadable": cut_to(text, _UNREADABLE)}
