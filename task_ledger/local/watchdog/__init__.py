"""Ends the processes that a supervisor started when the supervisor itself is killed."""

from task_ledger.local.watchdog.client import Step, Watchdog, shared

__all__ = ["Step", "Watchdog", "shared"]
