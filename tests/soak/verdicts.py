"""The rules that a held load must keep, and what became of each.

A series is compared with itself: the median of the last fifth of its points after the warm-up with
the median of the first fifth. A peak that passes does not count; a slope and a step do. Tables that
grow by nature are judged by their bytes per event instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

Points = Sequence[tuple[float, float]]

WARM_UP: Final = 0.15
"""The part of the run that is not judged: caches fill, and first vacuums come."""

FEWEST: Final = 10
"""Points that a verdict needs after the warm-up."""


@dataclass(frozen=True)
class Rule:
    """How much a series may grow from the first fifth to the last.

    Attributes:
        series: its name, or the name's part before the colon, for all of that kind.
        allowed: growth in the series' unit that is always allowed.
        share: growth that is allowed as a part of the first fifth's median; the greater one counts.
    """

    series: str
    unit: str
    allowed: float
    share: float


RULES: Final = (
    Rule("lag_s", "s", 0.5, 0.0),
    Rule("undispatched_s", "s", 0.5, 0.0),
    Rule("queued", "messages", 20, 0.25),
    Rule("connections", "", 2, 0.0),
    Rule("http_p99_ms", "ms", 50, 0.5),
    Rule("memory_mib", "MiB", 6, 0.05),
    Rule("files", "", 8, 0.0),
    Rule("dead", "rows", 2_000, 0.25),
    Rule("bytes", "bytes", 1 << 20, 0.1),
)
"""`bytes` is for tables that do not grow by nature."""

BYTES_PER_EVENT: Final = 0.15
"""How much more bytes an event may take in the second half than in the first, as a part."""

UNSTEADY: Final = 1 << 20
"""Bytes by which a growing table may be ahead: files are extended in steps."""

GROWING: Final = frozenset(
    {
        "task_event", "project_timeline", "task_record", "message", "traceback", "access_log",
        "notification",
    }
)  # fmt: skip
"""Tables that hold something of each task or request for good or for days. Their dead rows may grow
as they do: PostgreSQL vacuums a table after a share of its rows has changed."""


@dataclass(frozen=True)
class Verdict:
    """What became of one series.

    Attributes:
        first, last: medians of the first and the last fifth; of a growing table, bytes per event in
            the first and the second half.
        per_hour: the slope between them, in `unit` per hour; 0.0 for a growing table.
        allowed: the greatest `last` that holds.
    """

    series: str
    unit: str
    first: float
    last: float
    per_hour: float
    allowed: float

    @property
    def holds(self) -> bool:
        """Whether the series stayed within its bound."""
        return self.last <= self.allowed


class TooFewSamples(Exception):
    """A series has too few points after the warm-up to be judged."""


def judge(series: Mapping[str, Points], seconds: float) -> list[Verdict]:
    """Return a verdict for every series that a rule is for, in the order of the rules.

    Args:
        series: points (seconds since the start, value) by name, with `events`.
        seconds: the length of the run.

    Raises:
        TooFewSamples: a series, or what a rule is for, was hardly sampled.
    """
    late = {
        name: [point for point in points if point[0] >= seconds * WARM_UP]
        for name, points in series.items()
    }
    verdicts: list[Verdict] = []
    for rule in RULES:
        names = [name for name in late if name.split(":")[0] == rule.series]
        if not names:
            raise TooFewSamples(rule.series)
        for name in names:
            table = name.partition(":")[2]
            if rule.series == "bytes" and table in GROWING:
                verdicts.append(_growing(name, late[name], late["events"]))
            elif rule.series == "dead" and table in GROWING:
                before, after = _ends(name, late[f"bytes:{table}"])
                verdicts.append(_flat(rule, name, late[name], after / before))
            else:
                verdicts.append(_flat(rule, name, late[name]))
    return verdicts


def _ends(name: str, points: Points) -> tuple[float, float]:
    """The medians of the first and the last fifth."""
    fifth = _enough(name, points) // 5
    first, last = points[:fifth], points[-fifth:]
    return median(value for _, value in first), median(value for _, value in last)


def _flat(rule: Rule, name: str, points: Points, grown: float = 1.0) -> Verdict:
    # `grown` is how much larger the table is at the end, as a factor.
    fifth = _enough(name, points) // 5
    begin, end = points[:fifth], points[-fifth:]
    first, last = _ends(name, points)
    hours = (median(at for at, _ in end) - median(at for at, _ in begin)) / 3600
    return Verdict(
        name,
        rule.unit,
        first,
        last,
        (last - first) / hours,
        grown * first + max(rule.allowed, rule.share * grown * first),
    )


def _growing(name: str, points: Points, events: Points) -> Verdict:
    half = _enough(name, points) // 2
    numbers = dict(events)
    halves = [points[: half + 1], points[half:]]
    grown = [part[-1][1] - part[0][1] for part in halves]
    taken = [max(1.0, numbers[part[-1][0]] - numbers[part[0][0]]) for part in halves]
    first, last = (size / count for size, count in zip(grown, taken, strict=True))
    allowed = first * (1 + BYTES_PER_EVENT) + UNSTEADY / taken[1]
    return Verdict(name, "bytes per event", first, last, 0.0, allowed)


def _enough(name: str, points: Points) -> int:
    if len(points) < FEWEST:
        raise TooFewSamples(f"{name}: {len(points)} samples after the warm-up")
    return len(points)
