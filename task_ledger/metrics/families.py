"""The names, labels and meanings of the metrics that are read from the database."""

from dataclasses import dataclass
from typing import Final, Literal

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)


@dataclass(frozen=True, slots=True)
class Family:
    """One metric.

    Attributes:
        name: without the `_total` that a counter gets.
        meaning: shown as its help, and in the reference.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    meaning: str
    labels: tuple[str, ...] = ()

    def counter(self) -> CounterMetricFamily:
        """As a counter without samples."""
        return CounterMetricFamily(self.name, self.meaning, labels=self.labels)

    def gauge(self) -> GaugeMetricFamily:
        """As a gauge without samples."""
        return GaugeMetricFamily(self.name, self.meaning, labels=self.labels)

    def histogram(self) -> HistogramMetricFamily:
        """As a histogram without samples."""
        return HistogramMetricFamily(self.name, self.meaning, labels=self.labels)


Found = list[Metric]

_TYPE: Final = ("task_type",)

UP: Final = Family("task_ledger_up", "gauge", "1 if the database answered, otherwise 0.")

REGISTERED: Final = Family("task_ledger_tasks_registered", "counter", "Tasks registered.", _TYPE)
STARTED: Final = Family("task_ledger_attempts_started", "counter", "Attempts started.", _TYPE)
ENDED: Final = Family(
    "task_ledger_tasks_ended", "counter", "Tasks ended, by status.", (*_TYPE, "status")
)
FAILED: Final = Family(
    "task_ledger_tasks_failed",
    "counter",
    "Tasks ended without a result, by reason; cancelled ones end in REVOKED.",
    (*_TYPE, "reason"),
)
RETRIED: Final = Family(
    "task_ledger_attempts_retried",
    "counter",
    "Attempts that ended and were followed by another one, by reason.",
    (*_TYPE, "reason"),
)
LOST: Final = Family(
    "task_ledger_attempts_lost", "counter", "Attempts whose worker was lost.", _TYPE
)
FENCED: Final = Family(
    "task_ledger_writes_fenced",
    "counter",
    "Deliveries and writes that were refused because another attempt holds the task.",
    (*_TYPE, "kind"),
)
WAITING: Final = Family(
    "task_ledger_attempt_waiting_seconds",
    "histogram",
    "From an attempt's due time to its start; excludes first attempts of tasks that waited for"
    " others.",
    _TYPE,
)
DURATION: Final = Family(
    "task_ledger_attempt_duration_seconds",
    "histogram",
    "From the start of an attempt to its successful end.",
    _TYPE,
)

TASKS: Final = Family(
    "task_ledger_tasks", "gauge", "Tasks, by type and status.", (*_TYPE, "status")
)
OUTBOX: Final = Family("task_ledger_outbox_messages", "gauge", "Messages to publish, due or not.")
UNDISPATCHED: Final = Family(
    "task_ledger_undispatched_messages",
    "gauge",
    "Messages that are due and not published, except in paused queues.",
)
UNDISPATCHED_S: Final = Family(
    "task_ledger_oldest_undispatched_seconds",
    "gauge",
    "Age of the oldest message that is due and not published, except in paused queues.",
)
REFUSED: Final = Family(
    "task_ledger_refused_messages", "gauge", "Messages that the broker has refused at least once."
)
REDISPATCHED: Final = Family(
    "task_ledger_redispatched_attempts",
    "gauge",
    "Attempts that were dispatched again and have not been claimed.",
)
WORKERS: Final = Family(
    "task_ledger_workers",
    "gauge",
    "Worker processes: alive, or expired without a clean exit.",
    ("state",),
)
MONTHS: Final = Family("task_ledger_months_ahead", "gauge", "Future months that have a partition.")
CONNECTIONS: Final = Family(
    "task_ledger_database_connections", "gauge", "Connections to the ledger's database."
)
MAX_CONNECTIONS: Final = Family(
    "task_ledger_database_max_connections", "gauge", "Connections that the server accepts."
)
LAG_S: Final = Family(
    "task_ledger_projection_lag_seconds",
    "gauge",
    "Age of the oldest event that lists do not show yet.",
)
QUARANTINED: Final = Family(
    "task_ledger_quarantined_tasks", "gauge", "Tasks that could not be folded."
)
STOPPED: Final = Family(
    "task_ledger_feed_went_back", "gauge", "1 if a feed's sequence went backwards, otherwise 0."
)
BEHIND: Final = Family(
    "task_ledger_follower_lag_numbers",
    "gauge",
    "Feed numbers that a follower has not passed.",
    ("follower", "shard"),
)
GAPS: Final = Family(
    "task_ledger_follower_gaps", "gauge", "Gaps that a follower remembers.", ("follower", "shard")
)
TABLE_BYTES: Final = Family(
    "task_ledger_table_bytes", "gauge", "Size of a table with its partitions.", ("table",)
)
INDEX_BYTES: Final = Family(
    "task_ledger_index_bytes", "gauge", "Size of a table's indexes.", ("table",)
)
SEAL_AGE_S: Final = Family(
    "task_ledger_seal_age_seconds", "gauge", "Age of the newest published checkpoint."
)
UNSEALED: Final = Family(
    "task_ledger_unsealed_events", "gauge", "Events that the sealer has read and not sealed."
)
SEAL_ALARMS: Final = Family(
    "task_ledger_seal_alarms", "gauge", "Active alarms; nothing is signed while there is one."
)

FAMILIES: Final = tuple(each for each in list(globals().values()) if isinstance(each, Family))
"""All families, in order of display."""
