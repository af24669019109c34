"""The current run, as used by enqueueing and sending inside a task's body."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from uuid import UUID

from task_ledger.eventlog.message import Message
from task_ledger.tracing.spans import in_current_span

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

P = ParamSpec("P")
R = TypeVar("R")


class Run(ABC):
    """One run of a task's body by a worker.

    Attributes:
        request_id: Celery's id of the run.
        sends_directly: whether messages are currently sent to the broker directly.
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
    def session(self) -> "Session":
        """The body's session."""

    @abstractmethod
    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store a message in the body's transaction; it is sent after the commit or never."""

    def progress(  # noqa: B027 (most runs have nothing to do)
        self,
        percent: float,
        step: str,
        detail: str | None,
        current: int | None,
        total: int | None,
    ) -> None:
        """Report progress; ignored for an untracked run."""


_run: ContextVar[Run | None] = ContextVar("task_ledger_run", default=None)


def current_run() -> Run | None:
    """The run of this context, if any."""
    return _run.get()


@contextmanager
def running(run: Run) -> Generator[None]:
    """Make `run` the current one inside the block."""
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)


def in_this_run(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap a function for a thread that a task's body starts, so that it belongs to the run.

    Messages sent by the function are sent when the task's rows commit, or never. Do not use the
    task's session in it: a session belongs to one thread. Outside a run, `function` is returned
    unchanged.
    """
    run = current_run()
    if run is None:
        return function
    function = in_current_span(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with running(run):
            return function(*args, **kwargs)

    return call
