"""What came of a task that was run within a test."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from task_ledger.eventlog.message import Message
from task_ledger.model.events import Progress, Retrying, TaskEvent
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status
from task_ledger.testing.enqueued import EnqueuedTask, arguments


@dataclass(frozen=True, slots=True)
class SentTask:
    """An untracked task that a body has sent, and that leaves with the commit of its rows."""

    task: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    due_at: datetime | None

    @classmethod
    def of(cls, message: Message, due_at: datetime | None) -> Self:
        """Read it out of the message."""
        args, kwargs = arguments(message.body, message.content_type, message.content_encoding)
        return cls(str(message.headers["task"]), args, kwargs, due_at)


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A task, all its attempts that were run, and how it stands.

    Attributes:
        status: one of Celery's names; RETRY if attempts are left that were not to be run.
        attempt: how many attempts were run; 0 for a task that was refused before.
        result: what the body has returned, as `AsyncResult` would give it.
        exception: what the last attempt's body has raised; None after a success.
        progress: every report of every attempt, also those that a worker would merge.
        retries: what was recorded of each retry, with its `countdown_s`.
        sent: the untracked tasks that leave with the task's rows.
        enqueued: the tasks that its body has enqueued.
        events: the task's events, in order; empty for an untracked task.
        record: what is folded from them; None for an untracked task.
    """

    task_id: UUID
    status: Status
    attempt: int
    result: Any
    exception: BaseException | None
    progress: tuple[Progress, ...]
    retries: tuple[Retrying, ...]
    sent: tuple[SentTask, ...]
    enqueued: tuple[EnqueuedTask, ...]
    events: tuple[TaskEvent, ...]
    record: TaskRecord | None

    def get(self) -> Any:
        """The result.

        Raises:
            BaseException: what the body has raised, if it failed.
            AssertionError: the task has not succeeded, and no body has raised.
        """
        if self.status is Status.SUCCESS:
            return self.result
        if self.exception is not None:
            raise self.exception
        raise AssertionError(f"task {self.task_id} has no result: it is {self.status}")
