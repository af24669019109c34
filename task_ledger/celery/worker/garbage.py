"""Collecting what attempts leave behind when they fail or retry."""

import gc
from itertools import count
from typing import Any, Final

from celery import bootsteps
from celery.signals import task_failure, task_retry, worker_process_init, worker_ready

COLLECT_AFTER: Final = 20
"""Number of attempts of a process that failed or retried, from one collection to the next."""

_ends = count(1)


class CollectGarbage(bootsteps.Step):
    """Collects the garbage of failed and retried attempts every `COLLECT_AFTER` of them.

    Celery builds a cycle of exception, traceback, frames and copies of them for each, of 100 kB and
    more. Python would collect it only once the new objects are a quarter of the old ones, which
    include all modules: a child of the pool kept hundreds of them. What has been imported when a
    process starts is left out of collections, which keeps them short.
    """

    def __init__(self, parent: Any, **options: Any) -> None:
        """Connect the signals of a process's start and of such ends."""
        super().__init__(parent, **options)
        for starts in (worker_process_init, worker_ready):
            starts.connect(_freeze, weak=False, dispatch_uid="task_ledger.freeze")
        for ends in (task_failure, task_retry):
            ends.connect(_collect, weak=False, dispatch_uid="task_ledger.collect")


def _freeze(**_: Any) -> None:
    gc.freeze()


def _collect(**_: Any) -> None:
    if next(_ends) % COLLECT_AFTER == 0:
        gc.collect()
