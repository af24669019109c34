"""The tasks of the drill: each delivers one order; one in three needs a second attempt."""

import os
from uuid import UUID

from sqlalchemy import text

from task_ledger import LedgerCelery, LedgerTask

app = LedgerCelery(
    "drill",
    broker=os.environ["TASK_LEDGER_BROKER_URL"],
    ledger_url=os.environ["TASK_LEDGER_WORKER_DATABASE_URL"],
)
app.conf.update(
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    ledger_lease_renew_s=1.0,
    ledger_lease_expire_s=4.0,
)


@app.task(task_type="delivery", max_retries=20)
def deliver(self: LedgerTask, number: int) -> int:
    """Write the delivery of an order; an order whose number divides by three fails once."""
    self.progress(50, "Delivering")
    self.session.execute(
        text("INSERT INTO drill.delivery (task_id, number) VALUES (:task_id, :number)"),
        {"task_id": UUID(self.request.id), "number": number},
    )
    if number % 3 == 0 and self.request.retries == 0:
        raise self.retry(exc=ConnectionError("the first try fails"), countdown=1)
    return number
