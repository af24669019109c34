"""Gauges: waiting messages, live workers, lag of followers, free resources, and sizes."""

import time
from collections import defaultdict
from pathlib import Path
from typing import Any, LiteralString

from prometheus_client.metrics_core import Metric
from psycopg import Connection

from task_ledger.eventlog.database import query as _query
from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.stuck import read_undispatched
from task_ledger.metrics import families
from task_ledger.metrics.counters import MAX_TYPES, OTHER


def state_gauges(connection: Connection[Any]) -> list[Metric]:
    """The gauges that are read from the database."""
    lag = read_lag(connection)
    row: Any = connection.execute(_sql("state")).fetchone()
    outbox, refused, again, alive, expired, months, used, most = row
    due, oldest_s = read_undispatched(connection)
    workers = families.WORKERS.gauge()
    workers.add_metric(["alive"], alive)
    workers.add_metric(["expired"], expired)
    found: list[Metric] = [
        _one(families.OUTBOX, outbox),
        _one(families.UNDISPATCHED, due),
        _one(families.UNDISPATCHED_S, oldest_s),
        _one(families.REFUSED, refused),
        _one(families.REDISPATCHED, again),
        workers,
        _one(families.MONTHS, months),
        _one(families.CONNECTIONS, used),
        _one(families.MAX_CONNECTIONS, most),
        _one(families.LAG_S, lag.oldest_s),
        _one(families.QUARANTINED, lag.quarantined),
        _one(families.STOPPED, lag.stopped),
        _tasks(connection),
    ]
    behind, gaps = families.BEHIND.gauge(), families.GAPS.gauge()
    for follower, shard, numbers, remembered in connection.execute(_sql("followers")).fetchall():
        behind.add_metric([follower, str(shard)], numbers)
        gaps.add_metric([follower, str(shard)], remembered)
    tables, indexes = families.TABLE_BYTES.gauge(), families.INDEX_BYTES.gauge()
    for table, bytes_of, index_bytes in connection.execute(_sql("sizes")).fetchall():
        tables.add_metric([table], bytes_of)
        indexes.add_metric([table], index_bytes)
    return [*found, behind, gaps, tables, indexes]


def seal_gauges(state: Path) -> list[Metric]:
    """The gauges of the sealer's state; none if no log was opened.

    Raises:
        StateUnavailable, PermissionError: the state cannot be read.
    """
    if not state.exists():
        return []
    # Imported here because it needs the extra `seal`.
    from task_ledger.sealer.status import seal_status

    found = seal_status(state)
    gauges: list[Metric] = [
        _one(families.UNSEALED, found.unsealed),
        _one(families.SEAL_ALARMS, len(found.standing)),
    ]
    if found.published_at is not None:
        gauges.append(_one(families.SEAL_AGE_S, max(0.0, time.time() - found.published_at)))
    return gauges


def _tasks(connection: Connection[Any]) -> Metric:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    rows = connection.execute(_sql("tasks")).fetchall()
    own = set(sorted({row[0] for row in rows})[:MAX_TYPES])
    for task_type, status, tasks in rows:
        counts[task_type if task_type in own else OTHER, status] += tasks
    found = families.TASKS.gauge()
    for (name, status), tasks in counts.items():
        found.add_metric([name, status], tasks)
    return found


def _one(family: families.Family, value: float) -> Metric:
    gauge = family.gauge()
    gauge.add_metric([], value)
    return gauge


def _sql(name: str) -> LiteralString:
    return _query(name, __name__.rpartition(".")[0])
