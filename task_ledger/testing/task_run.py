"""The result of running a task in a test."""

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
    """An untracked task sent by a body, together with its rows."""

    task: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    due_at: datetime | None

    @classmethod
    def of(cls, message: Message, due_at: datetime | None) -> Self:
        """Create it from the message."""
        args, kwargs = arguments(message.body, message.content_type, message.content_encoding)
        return cls(str(message.headers["task"]), args, kwargs, due_at)


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A task after running its attempts in a test.

    Attributes:
        status: its status, with Celery's names; RETRY if attempts are left that were not run.
        attempt: number of attempts run; 0 if the task was refused before its first.
        result: the body's return value, as from `AsyncResult`.
        exception: the exception raised by the last attempt's body; None after a success.
        progress: all reports of all attempts, including those that a worker would merge.
        retries: the data of each `retrying` event, with its `countdown_s`.
        sent: the untracked tasks sent together with the task's rows.
        enqueued: the tasks enqueued by its body.
        events: the task's events, in order; empty for an untracked task.
        record: the record folded from them; None for an untracked task.
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
        """Return the result.

        Raises:
            BaseException: the exception raised by the body, if it failed.
            AssertionError: the task has not succeeded, although no body raised.
        """
        if self.status is Status.SUCCESS:
            return self.result
        if self.exception is not None:
            raise self.exception
        raise AssertionError(f"task {self.task_id} has no result: it is {self.status}")
