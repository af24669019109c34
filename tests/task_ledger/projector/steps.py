"""A log with tasks that come after others, and the ways in which the first of them may end."""

from typing import Any
from uuid import UUID

from celery import Signature
from psycopg import Connection
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery
from task_ledger.eventlog.append import Append, append, request_cancel
from task_ledger.eventlog.closing import Holder, close_attempt
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.eventlog.read import read_task
from task_ledger.model.events import ErrorData, Failed
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import FailureReason, RetryReason
from task_ledger.projector.dependents import Dependents
from task_ledger.registration.enqueue import Enqueued, enqueue
from tests.servers import Database
from tests.task_ledger.projector.log import (
    complete,
    say,
    start,
)

APP = LedgerCelery("sender", broker="memory://", set_as_current=False)


def task(name: str, *args: Any, **options: Any) -> Signature[Any]:
    """A signature of a task whose code is elsewhere."""
    return Signature(name, args=args, app=APP, options=options)


class Steps:
    """A log with tasks that come after others; nothing runs beside it but what a test ticks."""

    def __init__(
        self, database: Database, writer: Connection[Any], ticker: Connection[Any]
    ) -> None:
        self.database = database
        self.writer = writer
        self.next_steps = Dependents(ticker)
        self._engine = create_engine(sqlalchemy_url(database.url_for("api")))

    def enqueue(self, signature: Signature[Any], **options: Any) -> list[UUID]:
        """Register what the signature is made of; returns the tasks in their order."""
        with Session(self._engine) as session, session.begin():
            done = self.enqueue_in(session, signature, **options)
        return [one.task_id for one in done.tasks] or [done.task_id]

    def enqueue_in(
        self, session: Session, signature: Signature[Any], max_attempts: int = 1, **options: Any
    ) -> Enqueued:
        """Register in a transaction of the test's own."""
        return enqueue(
            session, signature, project_id="p", actor="tester", task_type="step",
            max_attempts=max_attempts, **options,
        )  # fmt: skip

    def run(self, task_id: UUID) -> None:
        """Run a task as a worker would, to its success."""
        complete(self.writer, task_id, start(self.writer, task_id))

    def advance(self) -> int:
        """Tick until nothing is due; returns how many steps were taken."""
        taken = 0
        while now := self.next_steps.tick():
            taken += now
        return taken

    def record(self, task_id: UUID) -> TaskRecord:
        return read_task(self.writer, task_id)

    def dispatched(self) -> list[UUID]:
        """The tasks that the outbox holds a dispatch of."""
        rows = self.writer.execute(
            "SELECT task_id FROM task_ledger.outbox WHERE task_id IS NOT NULL ORDER BY id"
        ).fetchall()
        return [row[0] for row in rows]

    def sent(self) -> list[str]:
        """The names of the untracked tasks that the outbox holds."""
        rows = self.writer.execute(
            "SELECT m.headers ->> 'task' FROM task_ledger.outbox o JOIN task_ledger.message m"
            " ON m.id = o.message_id WHERE o.task_id IS NULL ORDER BY o.id"
        ).fetchall()
        return [row[0] for row in rows]

    def close(self) -> None:
        self._engine.dispose()


def fail(steps: Steps, task_id: UUID) -> None:
    claim = start(steps.writer, task_id)
    failed = Failed(reason=FailureReason.ERROR, error=ErrorData(type="E", message="e"))
    say(steps.writer, task_id, claim, failed)


def cancel(steps: Steps, task_id: UUID) -> None:
    request_cancel(steps.writer, task_id, "ops")


def cancel_while_it_runs(steps: Steps, task_id: UUID) -> None:
    claim = start(steps.writer, task_id)
    request_cancel(steps.writer, task_id, "ops")
    say(steps.writer, task_id, claim, Failed(reason=FailureReason.CANCELLED))


def expire(steps: Steps, task_id: UUID) -> None:
    failed = Failed(reason=FailureReason.EXPIRED)
    append(steps.writer, Append(task_id, None, 1, "reconciler", failed))


def lose_its_worker(steps: Steps, task_id: UUID) -> None:
    claim = start(steps.writer, task_id)
    error = ErrorData(type="WorkerLost", message="gone")
    holder = Holder(task_id, claim, 1)
    close_attempt(steps.writer, holder, RetryReason.WORKER_LOST, "reconciler", error)


ENDS = {
    "error": fail,
    "cancelled": cancel,
    "cancelled while it ran": cancel_while_it_runs,
    "expired": expire,
    "worker_lost": lose_its_worker,
}
