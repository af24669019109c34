"""Filters of tasks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString, TypeVar, cast
from uuid import UUID

from task_ledger.model.transitions import Status

_T = TypeVar("_T")

_NO_STATUS: Final[frozenset[Status]] = frozenset()
_NO_TYPE: Final[frozenset[str]] = frozenset()
_NO_FINGERPRINT: Final[frozenset[str]] = frozenset()
_NO_ID: Final[frozenset[UUID]] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on tasks, evaluated in the database.

    Attributes:
        sql: a condition of a record `t.task` with the id `t.task_id`; each {} stands for a value.
        values: the values, passed as parameters.
    """

    sql: LiteralString
    values: tuple[Any, ...]


def all_of(conditions: tuple[LiteralString, ...]) -> LiteralString:
    """The conditions as the rest of a conjunction; their values are the parameters value_0,
    value_1 and so on, numbered through all of them."""
    rest: LiteralString = "".join(f"\n    AND ({sql})" for sql in conditions)
    for place in range(rest.count("{}")):
        number = cast("LiteralString", str(place))
        rest = rest.replace("{}", f"%(value_{number})s", 1)
    return rest


def values_of(conditions: tuple[Condition, ...]) -> dict[str, Any]:
    """The parameters that `all_of` refers to."""
    values = (value for condition in conditions for value in condition.values)
    return {f"value_{place}": value for place, value in enumerate(values)}


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks to return; an empty set or None matches all.

    Attributes:
        text: case-insensitive text in the task's name, type, worker, step, detail, error or entity,
            or at the start of its id.
        since: created at this time or later.
        fingerprints: of the failures, see `model.fingerprint`.
        roots: only first tasks of trees, which descend from no other task.
        conditions: all must hold. No index serves them.
    """

    statuses: frozenset[Status] = _NO_STATUS
    task_types: frozenset[str] = _NO_TYPE
    text: str | None = None
    since: datetime | None = None
    task_ids: frozenset[UUID] = _NO_ID
    fingerprints: frozenset[str] = _NO_FINGERPRINT
    conditions: tuple[Condition, ...] = ()
    roots: bool = False

    @property
    def by_looking(self) -> bool:
        """Whether a part of it is served by no index, whatever the order."""
        return self.text is not None or bool(self.conditions)


NEVER: Final = Condition("false", ())
"""Whether no task can match."""


def both(one: TaskFilter, other: TaskFilter) -> TaskFilter:
    """The conjunction of both filters.

    Raises:
        ValueError: each of them searches for a text.
    """
    if one.text is not None and other.text is not None:
        raise ValueError("a filter can search for one text only")
    never = any(
        a and b and not a & b
        for a, b in (
            (one.statuses, other.statuses),
            (one.task_types, other.task_types),
            (one.task_ids, other.task_ids),
            (one.fingerprints, other.fingerprints),
        )
    )
    times = [each.since for each in (one, other) if each.since is not None]
    return TaskFilter(
        met(one.statuses, other.statuses),
        met(one.task_types, other.task_types),
        one.text if other.text is None else other.text,
        max(times, default=None),
        met(one.task_ids, other.task_ids),
        met(one.fingerprints, other.fingerprints),
        one.conditions + other.conditions + ((NEVER,) if never else ()),
        roots=one.roots or other.roots,
    )


def met(one: frozenset[_T], other: frozenset[_T]) -> frozenset[_T]:
    """What both allow, where an empty set allows all; empty too if they have nothing in common."""
    return one & other if one and other else one | other
