"""Filters of a timeline's events."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from task_ledger.eventlog.task_filter import NEVER, Condition, met
from task_ledger.model.transitions import EventType


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """Which events to return; an empty set or None matches all.

    Attributes:
        since, until: recorded at this time or later; recorded before this time.
        text: case-insensitive text in the task's name or type, the actor, or the event's step,
            detail, message or error.
        conditions: all must hold. No index serves them.
    """

    types: frozenset[EventType] = frozenset()
    task_types: frozenset[str] = frozenset()
    task_ids: frozenset[UUID] = frozenset()
    actors: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def by_looking(self) -> bool:
        """Whether a part of it is served by no index."""
        return bool(
            self.task_types
            or self.actors
            or self.since
            or self.until
            or self.text
            or self.conditions
        )


def both(one: TimelineFilter, other: TimelineFilter) -> TimelineFilter:
    """The conjunction of both filters.

    Raises:
        ValueError: each of them searches for a text.
    """
    if one.text is not None and other.text is not None:
        raise ValueError("a filter can search for one text only")
    never = any(
        a and b and not a & b
        for a, b in (
            (one.types, other.types),
            (one.task_types, other.task_types),
            (one.task_ids, other.task_ids),
            (one.actors, other.actors),
        )
    )
    starts = [each.since for each in (one, other) if each.since is not None]
    ends = [each.until for each in (one, other) if each.until is not None]
    return TimelineFilter(
        met(one.types, other.types),
        met(one.task_types, other.task_types),
        met(one.task_ids, other.task_ids),
        met(one.actors, other.actors),
        max(starts, default=None),
        min(ends, default=None),
        one.text if other.text is None else other.text,
        one.conditions + other.conditions + ((NEVER,) if never else ()),
    )
