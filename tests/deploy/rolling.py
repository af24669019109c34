"""A task that takes a moment, for workers that are restarted one after another."""

import os
import time

from sqlalchemy import text

from task_ledger import LedgerCelery, LedgerTask

app = LedgerCelery(
    "rolling",
    broker=os.environ["TASK_LEDGER_BROKER_URL"],
    ledger_url=os.environ["TASK_LEDGER_WORKER_DATABASE_URL"],
)
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True)


@app.task(task_type="plain", max_retries=3)
def work(self: LedgerTask, seconds: float) -> None:
    """Write a row, and take a while."""
    self.session.execute(
        text("INSERT INTO domain.effect (task_id, label) VALUES (:task_id, 'worked')"),
        {"task_id": self.request.id},
    )
    time.sleep(seconds)
