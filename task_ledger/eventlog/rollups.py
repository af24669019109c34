"""What happened to tasks over time, read from hourly rollups.

Every function only reads, on the psycopg connection it is given. Percentiles are within
`task_ledger.model.rollup.ERROR` of the exact ones. The rollups are as far behind the log as the
read model.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.task_reach import Reach
from task_ledger.model.rollup import MEASURES, percentile

MAX_HOURS: Final = 31 * 24
"""Maximum length of a range, in hours: it bounds how many rows are read for each type."""

MAX_TYPES: Final = 50
"""Maximum number of types that are listed."""

_ALL_PROJECTS: Final = ""

Histogram = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Percentiles of lengths in seconds; None without any.

    Attributes:
        count: the number of lengths.
    """

    count: int
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Slot:
    """What happened in one stretch of time.

    Attributes:
        begin: its begin.
        counts: the number of events by measure (see `task_ledger.model.rollup.MEASURES`).
        waiting: from an attempt's due time to its start.
        duration: from the start of an attempt to its successful end.
    """

    begin: datetime
    counts: Mapping[str, int]
    waiting: Percentiles
    duration: Percentiles


@dataclass(frozen=True, slots=True)
class TypeSum:
    """What happened to tasks of one type in the whole range."""

    task_type: str
    counts: Mapping[str, int]
    waiting: Percentiles
    duration: Percentiles


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened in a range of time.

    Attributes:
        slots: by time, without those in which nothing happened.
        types: at most `MAX_TYPES`, those with the most ended tasks first.
        more_types: whether there are more.
    """

    slots: list[Slot]
    types: list[TypeSum]
    more_types: bool


def read_activity(
    connection: Connection[Any],
    reach: Reach,
    *,
    since: datetime,
    until: datetime,
    step: timedelta,
    task_type: str | None = None,
) -> Activity:
    """What happened in the reached projects.

    Args:
        since, until: the range, of whole hours, at most `MAX_HOURS` long.
        step: length of a slot, in whole hours; slots begin at `since`.
        task_type: only tasks of this type in the slots; `types` has all.
    """
    parameters = {
        "projects": _projects(reach),
        "since": since,
        "until": until,
        "step": step,
        "task_type": task_type,
    }
    with ledger_errors():
        counted = connection.execute(query("rollup_counts"), parameters).fetchall()
        measured = connection.execute(query("rollup_histograms"), parameters).fetchall()
    lengths: dict[tuple[object, str], dict[int, int]] = defaultdict(dict)
    for begin, name, kind, slot, values in measured:
        lengths[begin or name, kind][slot] = values
    slots: list[Slot] = []
    types: list[TypeSum] = []
    for begin, name, *values in counted:
        counts = dict(zip(MEASURES, values, strict=True))
        key = begin or name
        waiting = _percentiles(lengths[key, "waiting"])
        duration = _percentiles(lengths[key, "duration"])
        if begin is not None:
            slots.append(Slot(begin, counts, waiting, duration))
        else:
            types.append(TypeSum(name, counts, waiting, duration))
    slots.sort(key=lambda slot: slot.begin)
    types.sort(key=lambda one: (-ended(one.counts), one.task_type))
    return Activity(slots, types[:MAX_TYPES], len(types) > MAX_TYPES)


def ended(counts: Mapping[str, int]) -> int:
    """The number of tasks that ended, however they did."""
    return counts["completed"] + sum(
        count for name, count in counts.items() if name.startswith("failed_")
    )


def _projects(reach: Reach) -> list[str]:
    if reach is None:
        return [_ALL_PROJECTS]
    return [reach] if isinstance(reach, str) else sorted(reach)


def _percentiles(histogram: Histogram) -> Percentiles:
    p50, p95, p99 = (percentile(histogram, share) for share in (0.5, 0.95, 0.99))
    return Percentiles(sum(histogram.values()), p50, p95, p99)
