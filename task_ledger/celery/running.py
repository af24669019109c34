"""What runs in this context: the attempt, or the untracked run, that a task's body belongs to."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from task_ledger.message import Message


class Run(Protocol):
    """One run of a task's body by a worker."""

    @property
    def task_id(self) -> UUID | None:
        """The task's id in the ledger; None for an untracked run."""
        ...

    @property
    def root_id(self) -> UUID | None:
        """The id of the task at the top of the lineage; None for an untracked run."""
        ...

    @property
    def request_id(self) -> str:
        """Celery's id of the run."""
        ...

    @property
    def session(self) -> Session:
        """The author's session."""
        ...

    @property
    def sends_directly(self) -> bool:
        """Whether what is sent now goes to the broker at once."""
        ...

    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store a message on the author's transaction: it leaves with the commit, or never."""
        ...

    def progress(
        self,
        percent: float,
        step: str,
        detail: str | None,
        current: int | None,
        total: int | None,
    ) -> None:
        """Report how far the run is."""
        ...


_run: ContextVar[Run | None] = ContextVar("task_ledger_run", default=None)


def current_run() -> Run | None:
    """The run that this context belongs to, if any."""
    return _run.get()


@contextmanager
def running(run: Run) -> Generator[None]:
    """Make `run` the current one, within."""
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)
