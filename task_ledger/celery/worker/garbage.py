"""Collecting what attempts leave behind when they end with an exception."""

import gc
from itertools import count
from typing import Any, Final

from celery import bootsteps
from celery.signals import task_postrun, worker_process_init, worker_ready
from celery.states import SUCCESS

COLLECT_AFTER: Final = 20
"""Number of attempts of a process that end with an exception, from one collection to the next."""

_ends = count(1)


class CollectGarbage(bootsteps.Step):
    """Collects the garbage of attempts that end with an exception every `COLLECT_AFTER` of them.

    Celery builds a cycle of exception, traceback, frames and copies of them for each, of 100 kB and
    more, also for a cancelled attempt and a refused delivery. Python would collect it only once the
    new objects are a quarter of the old ones, which include all modules: a child of the pool kept
    hundreds of them. What has been imported when a process starts is left out of collections, which
    keeps them short.
    """

    def __init__(self, parent: Any, **options: Any) -> None:
        """Connect the signals of a process's start and of such ends."""
        super().__init__(parent, **options)
        for starts in (worker_process_init, worker_ready):
            starts.connect(_freeze, weak=False, dispatch_uid="task_ledger.freeze")
        task_postrun.connect(_collect, weak=False, dispatch_uid="task_ledger.collect")


def _freeze(**_: Any) -> None:
    gc.freeze()


def _collect(state: str = SUCCESS, **_: Any) -> None:
    if state != SUCCESS and next(_ends) % COLLECT_AFTER == 0:
        gc.collect()
