"""What runs in this context: the attempt, or the untracked run, that a task's body belongs to."""

from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from task_ledger.celery.author import AuthorTransaction
from task_ledger.message import Message


class Run(ABC):
    """One run of a task's body by a worker.

    Attributes:
        request_id: Celery's id of the run.
        sends_directly: whether what is sent now goes to the broker at once.
    """

    sends_directly: bool = False

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id

    @property
    def task_id(self) -> UUID | None:
        """The task's id in the ledger; None for an untracked run."""
        return None

    @property
    def root_id(self) -> UUID | None:
        """The id of the task at the top of the lineage; None for an untracked run."""
        return None

    @property
    @abstractmethod
    def session(self) -> Session:
        """The author's session."""

    @abstractmethod
    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store a message on the author's transaction: it leaves with the commit, or never."""

    def progress(  # noqa: B027 (most runs have nothing to do)
        self,
        percent: float,
        step: str,
        detail: str | None,
        current: int | None,
        total: int | None,
    ) -> None:
        """Report how far the run is; nobody watches one that is not tracked."""


class OuterRun(Run):
    """A run with a transaction of its own, which no other run's body has called."""

    def __init__(self, request_id: str, author: AuthorTransaction) -> None:
        super().__init__(request_id)
        self._author = author

    @property
    def session(self) -> Session:
        """The author's session."""
        return self._author.session

    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store a message on the author's transaction: it leaves with the commit, or never."""
        self._author.send(message, due_at)


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
