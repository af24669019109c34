"""The task tracked by the ledger, and on plain Celery with its database result backend."""

import os
from typing import Any

from celery import Celery

from bench.durable.steps import STEPS, result
from task_ledger import LedgerCelery, LedgerTask
from task_ledger.eventlog.database import sqlalchemy_url

BROKER = os.environ["TASK_LEDGER_BROKER_URL"]
COMMON: dict[str, Any] = {
    "task_acks_late": True,
    "worker_prefetch_multiplier": 4,
    "broker_connection_retry_on_startup": True,
}

ledger = LedgerCelery(
    "ledger", broker=BROKER, ledger_url=os.environ["TASK_LEDGER_WORKER_DATABASE_URL"]
)
ledger.conf.update(COMMON, task_default_queue="ledger", task_ignore_result=True)

celery = Celery(
    "celery", broker=BROKER, backend="db+" + sqlalchemy_url(os.environ["BENCH_BACKEND_URL"])
)
celery.conf.update(COMMON, task_default_queue="celery")


@ledger.task(name="bench.durable.ledger", task_type="bench.durable")
def ledger_task(self: LedgerTask, number: int) -> dict[str, int]:
    """Take four steps, each reported as an event."""
    for at, name in enumerate(STEPS, start=1):
        self.progress(25 * at, name)
    return result(number)


@celery.task(name="bench.durable.celery", bind=True)
def celery_task(self: Any, number: int) -> dict[str, int]:
    """Take four steps, each stored as the task's mutable status."""
    for at, name in enumerate(STEPS, start=1):
        self.update_state(state="PROGRESS", meta={"percent": 25 * at, "step": name})
    return result(number)
