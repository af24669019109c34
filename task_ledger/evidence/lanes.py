"""Tasks as lanes over time: waiting, running and ended."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from task_ledger.model.events import TaskEvent
from task_ledger.model.transitions import EventType

Kind = Literal["waiting", "running"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a lane, by the database's clock."""

    kind: Kind
    begins: datetime
    ends: datetime


@dataclass(slots=True)
class Lane:
    """One task.

    Attributes:
        name: the task's name, or its id if no shown event contains the name.
        end: `completed` or `failed`; None while it has not ended.
    """

    task_id: UUID
    name: str
    spans: list[Span] = field(default_factory=list[Span])
    end: str | None = None

    def label(self, width: int) -> str:
        """The name, cut to fit, and the end of the id, in `width` characters at most."""
        room = width - 10
        name = self.name if len(self.name) <= room else f"{self.name[: room - 1]}…"
        return f"{name} …{str(self.task_id)[-8:]}"


def lanes_of(events: Iterable[tuple[str, TaskEvent]]) -> list[Lane]:
    """The lanes of these events, in the order in which their tasks first appear.

    Args:
        events: each with its task's name, in the order of the timeline.
    """
    lanes: dict[UUID, Lane] = {}
    since: dict[UUID, tuple[Kind, datetime]] = {}
    latest: datetime | None = None
    for name, event in events:
        task, at = event.task_id, event.recorded_at
        latest = at if latest is None else max(latest, at)
        lane = lanes.setdefault(task, Lane(task, name))
        if event.type in (EventType.NOTED, EventType.CANCEL_REQUESTED, EventType.PROGRESS):
            since.setdefault(task, ("running", at))
            continue
        if task in since:
            kind, begins = since.pop(task)
            lane.spans.append(Span(kind, begins, at))
        if event.type in (EventType.COMPLETED, EventType.FAILED):
            lane.end = str(event.type)
        else:
            since[task] = ("running" if event.type is EventType.STARTED else "waiting", at)
    for task, (kind, begins) in since.items():
        if latest is not None and lanes[task].end is None:
            lanes[task].spans.append(Span(kind, begins, latest))
    return list(lanes.values())
