"""The same task four times: bare, with two of Celery's result backends, and tracked by the ledger.

Each body records its start in the broker and then only reports its four steps.
"""

import os
import time
from typing import Any

import redis
from celery import Celery

from task_ledger import LedgerCelery
from task_ledger.eventlog.database import sqlalchemy_url

BROKER = os.environ["TASK_LEDGER_BROKER_URL"]
STEPS = ("open", "render", "read", "store")
BEGAN = "bench:began"

COMMON: dict[str, Any] = {
    "task_acks_late": True,
    "worker_prefetch_multiplier": 4,
    "broker_connection_retry_on_startup": True,
}

bare = Celery("bare", broker=BROKER)
bare.conf.update(COMMON, task_default_queue="bare", task_ignore_result=True)

backend = Celery(
    "backend", broker=BROKER, backend="db+" + sqlalchemy_url(os.environ["BENCH_BACKEND_URL"])
)
backend.conf.update(COMMON, task_default_queue="backend")

redis_backend = Celery("redis", broker=BROKER, backend=BROKER)
redis_backend.conf.update(COMMON, task_default_queue="redis_backend")

ledger = LedgerCelery(
    "ledger", broker=BROKER, ledger_url=os.environ["TASK_LEDGER_WORKER_DATABASE_URL"]
)
ledger.conf.update(COMMON, task_default_queue="ledger", task_ignore_result=True)

signals = redis.Redis.from_url(BROKER)


def began() -> None:
    """Record when this body began."""
    signals.rpush(BEGAN, repr(time.time()))


@bare.task(name="bench.bare")
def bare_task() -> int:
    """Take four steps without reporting them."""
    began()
    return sum(len(step) for step in STEPS)


@backend.task(name="bench.backend", bind=True)
def backend_task(self: Any) -> int:
    """Take four steps, each stored as the task's mutable status."""
    began()
    for number, step in enumerate(STEPS, start=1):
        self.update_state(state="PROGRESS", meta={"percent": 25 * number, "step": step})
    return sum(len(step) for step in STEPS)


@redis_backend.task(name="bench.redis_backend", bind=True)
def redis_task(self: Any) -> int:
    """Take four steps, each stored as the task's mutable status."""
    began()
    for number, step in enumerate(STEPS, start=1):
        self.update_state(state="PROGRESS", meta={"percent": 25 * number, "step": step})
    return sum(len(step) for step in STEPS)


@ledger.task(name="bench.ledger", task_type="bench.ledger")
def ledger_task(self: Any) -> int:
    """Take four steps, each reported as an event."""
    began()
    for number, step in enumerate(STEPS, start=1):
        self.progress(25 * number, step)
    return sum(len(step) for step in STEPS)
