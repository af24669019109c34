"""Counters and histograms of events, read from the rollups over all time.

They come from the log, so restarting a process does not reset them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from prometheus_client.metrics_core import HistogramMetricFamily, Metric
from psycopg import Connection

from task_ledger.eventlog.database import query as _query
from task_ledger.metrics import families
from task_ledger.model.rollup import BOUNDS_US, MEASURES, REFUSALS
from task_ledger.model.transitions import FailureReason, RetryReason

MAX_TYPES: Final = 200
"""Maximum number of types with their own series."""

OTHER: Final = "other"
"""The label of all further types."""

_LE: Final = range(12, len(BOUNDS_US) - 20, 4)
"""The exported bounds: 8 ms to 4.7 hours, each twice the one before."""

_Counts = dict[str, int]


def event_counters(connection: Connection[Any]) -> list[Metric]:
    """The counters, with one statement each for counts and histograms."""
    package = __name__.rpartition(".")[0]
    totals = connection.execute(_query("totals", package)).fetchall()
    lengths = connection.execute(_query("histograms", package)).fetchall()
    name_of = _names(row[0] for row in totals)
    counts: dict[str, _Counts] = defaultdict(lambda: defaultdict(int))
    for task_type, *values in totals:
        for measure, value in zip(("waiting_us", "duration_us", *MEASURES), values, strict=True):
            counts[name_of[task_type]][measure] += value
    histograms: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for task_type, kind, slot, values in lengths:
        # A type registered between the two statements appears in the next scrape.
        if task_type in name_of:
            histograms[name_of[task_type], kind][slot] += values
    return [*_counters(counts), *_histograms(counts, histograms)]


def _names(types: Iterable[str]) -> dict[str, str]:
    return {name: name if place < MAX_TYPES else OTHER for place, name in enumerate(types)}


def _counters(counts: Mapping[str, Mapping[str, int]]) -> Iterator[Metric]:
    registered, started = families.REGISTERED.counter(), families.STARTED.counter()
    ended, failed = families.ENDED.counter(), families.FAILED.counter()
    retried, lost = families.RETRIED.counter(), families.LOST.counter()
    fenced = families.FENCED.counter()
    for name, of in counts.items():
        registered.add_metric([name], of["registered"])
        started.add_metric([name], of["started"])
        cancelled = of[f"failed_{FailureReason.CANCELLED}"]
        reasons = {reason: of[f"failed_{reason}"] for reason in FailureReason}
        ended.add_metric([name, "SUCCESS"], of["completed"])
        ended.add_metric([name, "FAILURE"], sum(reasons.values()) - cancelled)
        ended.add_metric([name, "REVOKED"], cancelled)
        for reason, count in reasons.items():
            failed.add_metric([name, str(reason)], count)
        for reason in RetryReason:
            retried.add_metric([name, str(reason)], of[f"retrying_{reason}"])
        lost.add_metric([name], of["failed_worker_lost"] + of["retrying_worker_lost"])
        for kind in REFUSALS:
            fenced.add_metric([name, kind], of[f"noted_{kind}"])
    yield from (registered, started, ended, failed, retried, lost, fenced)


def _histograms(
    counts: Mapping[str, Mapping[str, int]], histograms: Mapping[tuple[str, str], Mapping[int, int]]
) -> Iterator[HistogramMetricFamily]:
    for family, kind in ((families.WAITING, "waiting"), (families.DURATION, "duration")):
        found = family.histogram()
        for name, of in counts.items():
            slots = histograms.get((name, kind), {})
            buckets = [
                (
                    str(BOUNDS_US[bound] / 1e6),
                    float(sum(count for slot, count in slots.items() if slot <= bound)),
                )
                for bound in _LE
            ]
            buckets.append(("+Inf", float(sum(slots.values()))))
            found.add_metric([name], buckets, of[f"{kind}_us"] / 1e6)
        yield found
