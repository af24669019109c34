"""Orders of task lists, and positions in them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, LiteralString, Self
from uuid import UUID

from task_ledger.model.record import TaskRecord

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST_ID: Final = UUID(int=0)
_LAST_ID: Final = UUID(int=2**128 - 1)


class Order(StrEnum):
    """The order of a list of tasks. It is stable: the value a task is ordered by never changes once
    the task is in the list.

    Lists ordered by end or duration contain ended tasks only. The duration runs from the first
    start to the end; it is 0 for a task that never started.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    LAST_ENDED = "last_ended"
    FIRST_ENDED = "first_ended"
    LONGEST = "longest"
    SHORTEST = "shortest"

    @property
    def by_creation(self) -> bool:
        """Whether tasks are ordered by creation."""
        return _KEYS[self] is _CREATION

    @property
    def by_duration(self) -> bool:
        """Whether tasks are ordered by duration."""
        return _KEYS[self] is _DURATION

    def in_sql(
        self,
        statement: LiteralString,
        *,
        of_status: bool = False,
        of_type: bool = False,
        of_fingerprint: bool = False,
        of_roots: bool = False,
        everywhere: bool = False,
    ) -> LiteralString:
        """`statement` with {key}, {type}, {listed}, {direction} and {beyond} of this order.

        Args:
            of_status: it reads ranges of the index by status, in the order of creation.
            of_type: it reads ranges of the index by type and status, in the order of creation.
            of_fingerprint: it reads ranges of the index by fingerprint, in the order of creation.
            of_roots: it reads the index of first tasks, in the order of creation.
            everywhere: it reads ranges of the index by status of all projects, in the order of
                creation.
        """
        key = _OF_TYPE if of_type else _OF_STATUS if of_status else _KEYS[self]
        if of_roots:
            key = _OF_ROOTS
        elif of_fingerprint:
            key = _OF_FINGERPRINT_EVERYWHERE if everywhere else _OF_FINGERPRINT
        elif everywhere:
            key = _EVERYWHERE
        down = self in _GREATEST_FIRST
        return (
            statement.replace("{key}", key.key)
            .replace("{type}", key.type)
            .replace("{listed}", key.listed)
            .replace("{direction}", "DESC" if down else "ASC")
            .replace("{beyond}", "<" if down else ">")
        )


@dataclass(frozen=True, slots=True)
class _Key:
    """The sort key as SQL: an expression, its type, a value beyond all others, and the condition
    for tasks that have the key."""

    key: LiteralString
    type: LiteralString
    beyond_all: str
    listed: LiteralString


_CREATION: Final = _Key(
    "r.created_at",
    "timestamptz",
    "infinity",
    "r.created_at >= coalesce(%(since)s::timestamptz, '-infinity')",
)


def _creation_in(zone: LiteralString) -> _Key:
    """The time of creation, written as in one index of schema/tables/task_record.sql, so that only
    this index provides the order."""
    return _Key(
        f"(r.created_at AT TIME ZONE '{zone}')",
        f"timestamptz AT TIME ZONE '{zone}'",
        "infinity",
        f"(r.created_at AT TIME ZONE '{zone}')"
        f" >= coalesce(%(since)s::timestamptz AT TIME ZONE '{zone}', '-infinity')",
    )


_OF_STATUS: Final = _creation_in("UTC")
_OF_TYPE: Final = _creation_in("GMT")
_OF_FINGERPRINT: Final = _creation_in("UCT")
_OF_FINGERPRINT_EVERYWHERE: Final = _creation_in("Universal")
_OF_ROOTS: Final = _creation_in("Greenwich")
_EVERYWHERE: Final = _creation_in("Zulu")
_END: Final = _Key("r.completed_at", "timestamptz", "infinity", "r.completed_at IS NOT NULL")
_DURATION: Final = _Key(
    "(r.completed_at - coalesce(r.started_at, r.completed_at))",
    "interval",
    "178000000 years",  # intervals can be infinite since PostgreSQL 17
    "r.completed_at IS NOT NULL",
)
_KEYS: Final[dict[Order, _Key]] = {
    Order.NEWEST: _CREATION,
    Order.OLDEST: _CREATION,
    Order.LAST_ENDED: _END,
    Order.FIRST_ENDED: _END,
    Order.LONGEST: _DURATION,
    Order.SHORTEST: _DURATION,
}
_GREATEST_FIRST: Final = frozenset({Order.NEWEST, Order.LAST_ENDED, Order.LONGEST})


@dataclass(frozen=True, slots=True)
class Position:
    """The end of a page: the sort key and id of its last task.

    Attributes:
        micros: a time as microseconds since 1970, or a duration in microseconds.
    """

    micros: int
    task_id: UUID

    @classmethod
    def of(cls, record: TaskRecord, order: Order) -> Self:
        """The position of a task that is in a list of this order."""
        ended = record.completed_at
        key = _KEYS[order]
        if key is _DURATION and ended is not None:
            return cls((ended - (record.started_at or ended)) // _MICROSECOND, record.task_id)
        at = ended if key is _END and ended is not None else record.created_at
        return cls((at - _EPOCH) // _MICROSECOND, record.task_id)

    @classmethod
    def at(cls, time: datetime) -> Self:
        """The position in a list by creation, the newest first, before the tasks created at `time`
        and behind those created later."""
        return cls((time - _EPOCH) // _MICROSECOND, _LAST_ID)

    @property
    def created_at(self) -> datetime:
        """When the task at this position was created, in a list by creation."""
        return _EPOCH + timedelta(microseconds=self.micros)

    def key(self, order: Order) -> datetime | timedelta:
        """The sort key at this position: a time in UTC, or a duration."""
        duration = timedelta(microseconds=self.micros)
        return duration if order.by_duration else _EPOCH + duration


def behind(position: Position | None, order: Order) -> dict[str, datetime | timedelta | str | UUID]:
    """The statement's arguments `behind` and `behind_id`; None is the position before the first
    task.
    """
    if position is not None:
        return {"behind": position.key(order), "behind_id": position.task_id}
    if order in _GREATEST_FIRST:
        return {"behind": _KEYS[order].beyond_all, "behind_id": _LAST_ID}
    return {"behind": f"-{_KEYS[order].beyond_all}", "behind_id": _FIRST_ID}
