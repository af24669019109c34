"""Writes tasks and their events as a route and a worker would."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.append_result import AppendResult
from task_ledger.model.events import (
    Completed,
    ErrorData,
    EventData,
    Failed,
    Progress,
    Registered,
    Retrying,
    Started,
)
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import FailureReason, RetryReason


@dataclass
class Running:
    """A task and what is needed to write its next event."""

    id: UUID
    claim: UUID | None = None
    attempt: int = 0


@dataclass
class Ledger:
    """Appends on two connections: the owner's registers, the worker's does the rest."""

    owner: Connection[Any]
    worker: Connection[Any]
    tasks: list[Running] = field(default_factory=list)

    def register(
        self,
        project: str = "tower-a",
        name: str = "Process A-101.pdf",
        task_type: str = "document_processing",
        actor: str = "ops",
        max_attempts: int | None = 4,
        traceparent: str | None = None,
    ) -> Running:
        """A registered task."""
        task = Running(new_task_id())
        data = Registered(task_type=task_type, name=name, traceparent=traceparent)
        self.owner.execute(
            "SELECT task_ledger.register(%s, %s, %s, %s, %s::json, 1, %s, NULL)",
            (task.id, project, actor, datetime.now(UTC), data.to_json(), max_attempts),
        )
        self.tasks.append(task)
        return task

    def append(self, task: Running, data: EventData, **more: Any) -> AppendResult:
        """One event of the task's attempt."""
        return append(
            self.worker, Append(task.id, task.claim, task.attempt, "worker-1", data, **more)
        )

    def start(self, task: Running) -> None:
        """Claim the next attempt."""
        task.claim = new_claim()
        task.attempt += 1
        self.append(task, Started(worker="worker-1@host", host="host", pid=7))

    def progress(self, task: Running, percent: float, step: str) -> None:
        """Report progress."""
        self.append(task, Progress(percent=percent, step=step))

    def retry(self, task: Running, countdown_s: float = 60, traceback: str | None = None) -> None:
        """End the attempt with an error; another one is due in `countdown_s`."""
        self.append(
            task,
            Retrying(
                reason=RetryReason.ERROR,
                error=ErrorData(type="TimeoutError", message="the provider said nothing"),
                countdown_s=countdown_s,
            ),
            due_at=datetime.now(UTC) + timedelta(seconds=countdown_s),
            traceback=traceback,
        )

    def complete(self, task: Running, result: Any = None) -> None:
        """End the task with a result."""
        self.append(task, Completed(result=result))

    def fail(self, task: Running, message: str, traceback: str | None = None) -> None:
        """End the task with an error."""
        error = ErrorData(type="ValueError", message=message)
        self.append(task, Failed(reason=FailureReason.ERROR, error=error), traceback=traceback)

    def finished(self, **registered: Any) -> Running:
        """A task that was registered, started, half done and completed."""
        task = self.register(**registered)
        self.start(task)
        self.progress(task, 40, "Extracting pages")
        self.complete(task, {"page_count": 2})
        return task
