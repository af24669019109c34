"""The application that is broken: tasks of every kind, whose rows are counted afterwards.

A body is told how many rows to write and writes each once. What a kind of task may end as stands
in `invariants/outcomes.sql`. Leases are short, so that a run shows many of them expire.
"""

import os
import signal
import time
from typing import Any

from celery import signature
from sqlalchemy import text

from task_ledger import LedgerCelery, LedgerTask
from task_ledger.registration.enqueue import enqueue

LEASE_RENEW_S = 0.5
LEASE_EXPIRE_S = 2.5
VISIBILITY_TIMEOUT_S = 10
MOST_RETRIES = 24
TIME_LIMIT_S = 2

LOOK = text(
    "INSERT INTO chaos.look (parent_id, seen)"
    " SELECT :id, count(*) FROM chaos.effect WHERE task_id = :id"
)

app = LedgerCelery(
    "chaos",
    broker=os.environ.get("TASK_LEDGER_BROKER_URL"),
    ledger_url=os.environ.get("TASK_LEDGER_WORKER_DATABASE_URL"),
)
app.conf.update(
    ledger_lease_renew_s=LEASE_RENEW_S,
    ledger_lease_expire_s=LEASE_EXPIRE_S,
    broker_transport_options={"visibility_timeout": VISIBILITY_TIMEOUT_S},
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_ignore_result=True,
    task_acks_late=True,  # untracked messages, too, are to outlive a worker
    worker_prefetch_multiplier=2,
)


def write(task: LedgerTask, first: int, last: int) -> None:
    """Write the task's rows from `first` to `last`, both included."""
    for number in range(first, last + 1):
        task.session.execute(
            text("INSERT INTO chaos.effect (task_id, number) VALUES (:task_id, :number)"),
            {"task_id": task.request.id, "number": number},
        )


@app.task(task_type="short", max_retries=MOST_RETRIES)
def short(self: LedgerTask, rows: int) -> int:
    write(self, 1, rows)
    return rows


@app.task(task_type="long", max_retries=MOST_RETRIES)
def long(self: LedgerTask, rows: int, seconds: float) -> int:
    """Writes and reports all the way; commits its session in the middle, as one should not."""
    for number in range(1, rows + 1):
        write(self, number, number)
        self.progress(100 * number / rows, f"Row {number}", current=number, total=rows)
        if number == rows // 2:
            self.session.commit()
        time.sleep(seconds / rows)
    return rows


@app.task(task_type="retrying", max_retries=MOST_RETRIES)
def retrying(self: LedgerTask, rows: int, failures: int, countdown: float) -> int:
    write(self, 1, rows)
    if self.request.retries < failures:
        raise self.retry(exc=ConnectionError("not yet"), countdown=countdown)
    return rows


@app.task(task_type="failing", max_retries=MOST_RETRIES)
def failing(self: LedgerTask, rows: int) -> None:
    write(self, 1, rows)
    self.progress(50, "About to fail")
    raise ValueError("this task always fails")


@app.task(task_type="exhausted", max_retries=2, default_retry_delay=0)
def exhausted(self: LedgerTask, rows: int) -> None:
    write(self, 1, rows)
    raise self.retry(exc=ConnectionError("never"))


@app.task(task_type="hanging", time_limit=TIME_LIMIT_S, max_retries=MOST_RETRIES)
def hanging(self: LedgerTask, rows: int) -> int:
    """Runs into its hard time limit at the first attempt."""
    write(self, 1, rows)
    if self.request.retries == 0:
        time.sleep(60)
    return rows


@app.task(task_type="poison", max_retries=1)
def poison(self: LedgerTask, rows: int) -> None:
    """Kills its process at every attempt."""
    write(self, 1, rows)
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(task_type="sending", max_retries=MOST_RETRIES)
def sending(self: LedgerTask, rows: int, children: int, failures: int) -> int:
    """Registers children and sends an untracked message before it writes its last row."""
    write(self, 1, rows - 1)
    for _ in range(children):
        enqueue(
            self.session,
            signature(f"{__name__}.short", (2,)),
            project_id="children",
            actor="a parent",
            metadata={"rows": 2},
        )
    look.delay(self.request.id)
    if self.request.retries < failures:
        raise self.retry(exc=ConnectionError("not yet"), countdown=0.2)
    write(self, rows, rows)
    return rows


@app.task(task_type="following", max_retries=MOST_RETRIES)
def following(self: LedgerTask, before: Any, rows: int) -> int:
    """A step behind another one: looks at its rows, and takes its result."""
    self.session.execute(LOOK, {"id": self.request.parent_id})
    if not isinstance(before, int):
        raise TypeError(f"the step before has not returned {before!r}")
    write(self, 1, rows)
    return rows


@app.task(task_type="body", max_retries=MOST_RETRIES)
def collect(self: LedgerTask, before: list[int], rows: int) -> int:
    """A chord's body: its result says how many rows its members have written."""
    write(self, 1, rows)
    return sum(before)


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def look(self: LedgerTask, parent_id: str) -> None:
    """Untracked: writes down how many rows of the task that sent it are there."""
    self.session.execute(LOOK, {"id": parent_id})


@app.task  # what a link calls gets the result first
def look_after(rows: int, parent_id: str) -> None:
    """Untracked: what is linked to a task."""
    look.delay(parent_id)
