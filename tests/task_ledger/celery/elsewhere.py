"""Tasks whose rows are in another database than the ledger's."""

import os
import signal

import psycopg

from task_ledger import LedgerTask
from tests.task_ledger.celery.app import app

OTHER = os.environ.get("TEST_OTHER_DATABASE_URL", "")


@app.task(task_type="plain")
def write_elsewhere(self: LedgerTask, once: bool, die_in_attempt: int) -> int:
    """Commit a row elsewhere; its process then dies before the ledger hears of an end."""
    attempt = self.request.retries + 1
    key = self.request.id if once else f"{self.request.id} {attempt}"
    with psycopg.connect(OTHER) as connection:
        connection.execute(
            "INSERT INTO effect (key, task_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (key, self.request.id),
        )
    if attempt == die_in_attempt:
        os.kill(os.getpid(), signal.SIGKILL)
    return attempt
