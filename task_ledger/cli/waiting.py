"""Describe what a task waits for."""

from task_ledger.cli.printing import time_of
from task_ledger.eventlog.waits import Wait, WaitsFor


def words_of(wait: Wait) -> str:
    """For example `for a worker, in queue ocr since 2026-11-24 09:30:00; NO WORKER consumes it`."""
    queue = f"in queue {wait.queue or '?'} since {time_of(wait.since)}"
    match wait.waits_for:
        case WaitsFor.TASKS:
            return "for other tasks"
        case WaitsFor.TIME:
            return "until it is due"
        case WaitsFor.RESUME:
            return f"{queue}, which is paused"
        case WaitsFor.PROCESS:
            return f"{queue}; a worker has received it and has no free process"
        case WaitsFor.WORKER:
            taken = "" if wait.taken else "; no worker consumes it"
            return f"{queue}{'; NO WORKER consumes it' if wait.no_worker else taken}"
