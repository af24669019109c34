"""All metrics of the ledger, as a collector for Prometheus's client library."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import psycopg
import structlog
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from psycopg import Connection

from task_ledger.errors import LedgerError
from task_ledger.metrics import families
from task_ledger.metrics.counters import event_counters
from task_ledger.metrics.gauges import seal_gauges, state_gauges

_log: Final = structlog.get_logger()


class LedgerMetrics(Collector):
    """A collector that reads every value at each collection.

    Args:
        connect: opens a connection on autocommit that reads as the API's role; it is closed after
            each collection.
        seals: the folder of the sealer's state; None to leave the seals out.
    """

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[Connection[Any]]],
        seals: Path | None = None,
    ) -> None:
        self._connect = connect
        self._seals = seals

    def collect(self) -> Iterable[Metric]:
        """All metrics, or only `task_ledger_up 0` while the database cannot be read."""
        up = families.UP.gauge()
        found: list[Metric] = []
        try:
            with self._connect() as connection:
                found = [*event_counters(connection), *state_gauges(connection)]
        except (LedgerError, psycopg.Error) as error:
            _log.warning("metrics_unavailable", error=type(error).__name__)
        up.add_metric([], 1 if found else 0)
        return [up, *found, *self._sealed()]

    def _sealed(self) -> list[Metric]:
        if self._seals is None:
            return []
        try:
            return seal_gauges(self._seals)
        except (LedgerError, OSError) as error:
            _log.warning("seal_metrics_unavailable", error=type(error).__name__)
            return []
