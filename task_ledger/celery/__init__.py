"""Celery with a ledger: an application class, a task class, nothing to call in the right order."""

from task_ledger.celery.app import LedgerCelery
from task_ledger.celery.task import LedgerTask
from task_ledger.registration.run_context import in_this_run

__all__ = ["LedgerCelery", "LedgerTask", "in_this_run"]
