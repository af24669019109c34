"""Tasks as lanes over time: waiting, running and ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from task_ledger.model.events import TaskEvent
from task_ledger.model.transitions import EventType

Kind = Literal["waiting", "running"]


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a lane, by the database's clock."""

    kind: Kind
    begins: datetime
    ends: datetime


@dataclass(slots=True)
class Lane:
    """One task.

    Attributes:
        name: the task's name, or its id if it has none.
        end: `completed` or `failed`; None while it has not ended.
        ended_at: when it ended.
    """

    task_id: UUID
    name: str
    spans: list[Span] = field(default_factory=list[Span])
    end: str | None = None
    ended_at: datetime | None = None

    def label(self, width: int) -> str:
        """The shortened name and the end of the id, in at most `width` characters."""
        room = width - 10
        name = self.name if len(self.name) <= room else f"{self.name[: room - 1]}…"
        return f"{name} …{str(self.task_id)[-8:]}"


class Lanes:
    """Builds lanes from events added in timeline order; tasks are sorted by first appearance.

    A task that began before the first event is drawn from the first event on.
    """

    def __init__(self) -> None:
        self._lanes: dict[UUID, Lane] = {}
        self._since: dict[UUID, tuple[Kind, datetime]] = {}
        self.begins: datetime | None = None
        self.ends: datetime | None = None

    def add(self, event: TaskEvent) -> None:
        """Add the next event."""
        task, at = event.task_id, event.recorded_at
        self.begins = at if self.begins is None else min(self.begins, at)
        self.ends = at if self.ends is None else max(self.ends, at)
        if task not in self._lanes and event.version > 1:
            waited = event.type is EventType.STARTED or not event.attempt
            self._since[task] = ("waiting" if waited else "running", self.begins)
        lane = self._lanes.setdefault(task, Lane(task, str(task)))
        if event.type in (EventType.NOTED, EventType.CANCEL_REQUESTED, EventType.PROGRESS):
            return
        if task in self._since:
            kind, begins = self._since.pop(task)
            lane.spans.append(Span(kind, begins, at))
        if event.type in (EventType.COMPLETED, EventType.FAILED):
            lane.end, lane.ended_at = str(event.type), at
        else:
            self._since[task] = ("running" if event.type is EventType.STARTED else "waiting", at)

    def drawn(self, names: Mapping[UUID, str]) -> list[Lane]:
        """The lanes; unfinished tasks extend to the last event."""
        for task, (kind, begins) in self._since.items():
            if self.ends is not None and self._lanes[task].end is None:
                self._lanes[task].spans.append(Span(kind, begins, self.ends))
        for lane in self._lanes.values():
            lane.name = names.get(lane.task_id, lane.name)
        return list(self._lanes.values())
