"""The service: runs its parts as threads of one process until it is stopped."""

from collections.abc import Mapping
from threading import Event, Thread
from typing import Final

import structlog

from task_ledger.errors import UnsupportedConfiguration
from task_ledger.ops.heartbeat import Heartbeats
from task_ledger.projector.garbage import EVERY_S, collect_rarely, collect_until
from task_ledger.projector.supervision import Opening, keep_running

_log = structlog.get_logger(__name__)

STOP_S: Final = 15.0
"""Seconds that the parts may take to end their steps."""


def run(parts: Mapping[str, Opening], stop: Event, *, collect_every_s: float = EVERY_S) -> bool:
    """Run the parts, each in a thread named after it, until `stop` is set.

    A part that fails with a programming error stops the others too, so that the supervisor sees the
    process end and restarts it.

    Args:
        collect_every_s: seconds from one garbage collection to the next.

    Returns:
        Whether all parts ended normally.
    """
    collect_rarely()
    failed = Event()
    heartbeats = Heartbeats.of_environment()
    heartbeats.begin(parts)
    threads = [
        Thread(target=_run, args=(name, opening, stop, failed, heartbeats), name=name, daemon=True)
        for name, opening in parts.items()
    ]
    for thread in threads:
        thread.start()
    _log.info("started", parts=list(parts))
    collect_until(stop, collect_every_s)
    for thread in threads:
        thread.join(STOP_S)
        if thread.is_alive():
            _log.error("still_running", part=thread.name)
            failed.set()
    _log.info("stopped")
    return not failed.is_set()


def _run(name: str, opening: Opening, stop: Event, failed: Event, heartbeats: Heartbeats) -> None:
    try:
        keep_running(name, opening, stop, heartbeats)
    except UnsupportedConfiguration as error:
        _log.error("refused", part=name, error=str(error))
        failed.set()
        stop.set()
    except Exception:  # noqa: BLE001 (a thread's last resort: it is logged, and everything ends)
        _log.exception("failed", part=name)
        failed.set()
        stop.set()
