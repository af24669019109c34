"""The application under load: short tasks with a row each, steps, retries and failures."""

import os
import time
from typing import Final

from sqlalchemy import text

from task_ledger import LedgerCelery, LedgerTask

STEPS: Final = ("open", "render", "read", "store")
SLOW_S: Final = 0.5

app = LedgerCelery(
    "soak",
    broker=os.environ.get("TASK_LEDGER_BROKER_URL"),
    ledger_url=os.environ.get("TASK_LEDGER_WORKER_DATABASE_URL"),
)
app.conf.update(
    broker_connection_retry_on_startup=True, task_ignore_result=True, worker_prefetch_multiplier=2
)


def write(task: LedgerTask) -> None:
    """Write the task's row in the transaction that commits with its end."""
    task.session.execute(
        text("INSERT INTO soak.effect (task_id) VALUES (:task_id)"), {"task_id": task.request.id}
    )


@app.task(task_type="quick")
def quick(self: LedgerTask) -> None:
    write(self)


@app.task(task_type="stepped")
def stepped(self: LedgerTask) -> None:
    for at, name in enumerate(STEPS, start=1):
        self.progress(25 * at, name)
    write(self)


@app.task(task_type="slow")
def slow(self: LedgerTask) -> None:
    for at, name in enumerate(STEPS, start=1):
        time.sleep(SLOW_S / len(STEPS))
        self.progress(25 * at, name)
    write(self)


@app.task(task_type="retrying", max_retries=3)
def retrying(self: LedgerTask, countdown: float) -> None:
    write(self)
    if self.request.retries == 0:
        raise self.retry(exc=ConnectionError("not yet"), countdown=countdown)


@app.task(task_type="failing")
def failing(self: LedgerTask) -> None:
    write(self)
    self.progress(50, "About to fail")
    raise ValueError("this task always fails")
