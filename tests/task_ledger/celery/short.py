"""Tasks for a database server without room, and the application under test that waits little."""

import time

from sqlalchemy import text

from task_ledger import LedgerTask
from tests.task_ledger.celery.app import app, effect, gate, reached

app.conf.update(ledger_claim_wait_s=2.0)


@app.task(task_type="plain")
def write_slowly(self: LedgerTask) -> None:
    """Holds a body's connection for a while."""
    effect(self, "once")
    self.session.flush()
    time.sleep(0.05)


@app.task(task_type="plain")
def run_short(self: LedgerTask, state: str, times: int) -> int:
    """Its server refuses a statement for want of room in the first attempts."""
    attempt = self.request.retries + 1
    effect(self, f"attempt {attempt}")
    if attempt <= times:
        self.session.execute(
            text(f"DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '{state}'; END $$")
        )
    return attempt


@app.task(task_type="plain")
def wait(self: LedgerTask, name: str) -> int:
    """Waits for the test in the first attempt only."""
    attempt = self.request.retries + 1
    effect(self, f"attempt {attempt}")
    if attempt == 1:
        reached(name)
        gate(name)
    return attempt
