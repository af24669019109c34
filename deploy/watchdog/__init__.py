"""Ends the processes that a supervisor started when the supervisor itself is killed."""

from deploy.watchdog.client import Step, Watchdog, shared

__all__ = ["Step", "Watchdog", "shared"]
