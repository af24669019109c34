"""The takeoff's workers, as `task-ledger up` runs them."""

import sys
from collections.abc import Mapping
from typing import Final

from services.ocr_capacity import pages_at_once
from services.settings import TakeoffSettings
from task_ledger.local.stack import Process, environment
from task_ledger.ops.settings import Settings

_CONCURRENCY: Final = 2
_WARM_SHUTDOWN_S: Final = 30.0


def workers(settings: Settings) -> list[Process]:
    """Return one worker for most queues and one for OCR, as processes with these settings.

    The OCR worker reads as many pages concurrently as configured, or as the machine has processors
    and memory for: each page takes a processor and up to 2 GB.

    Raises:
        MissingSetting: the database's or the broker's address is not set.
    """
    env = environment(settings)
    return [
        _worker("worker", "celery", _CONCURRENCY, env),
        _worker("worker-ocr", "ocr", pages_at_once(TakeoffSettings().ocr_pages_at_once), env),
    ]


def _worker(name: str, queue: str, concurrency: int, env: Mapping[str, str]) -> Process:
    return Process(
        name,
        [
            *(sys.executable, "-m", "celery", "--app", "services.workers.app", "worker"),
            *("--pool", "prefork", "--concurrency", str(concurrency), "--queues", queue),
            *("--hostname", f"{name}@%h"),
            *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        ],
        env,
        stop_wait_s=_WARM_SHUTDOWN_S,
    )
