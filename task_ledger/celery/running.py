"""What runs in this context: the attempt, or the untracked run, that a task's body belongs to."""

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from celery._state import get_current_worker_task
from sqlalchemy.orm import Session

from task_ledger.celery.author import AuthorTransaction
from task_ledger.errors import SentOutsideRun
from task_ledger.message import Message

P = ParamSpec("P")
R = TypeVar("R")


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
    """A run with a transaction of its own, which no other run's body has called.

    Its session belongs to the thread that runs the body. What other threads send is kept, and
    stored by that thread at the end.
    """

    def __init__(self, request_id: str, author: AuthorTransaction) -> None:
        super().__init__(request_id)
        self._author = author
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._sent_elsewhere: list[tuple[Message, datetime | None]] = []
        self._over = False

    @property
    def session(self) -> Session:
        """The author's session."""
        return self._author.session

    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store a message on the author's transaction: it leaves with the commit, or never.

        Raises:
            SentOutsideRun: another thread sends it when the body has ended.
        """
        if threading.get_ident() == self._thread:
            self._author.send(message, due_at)
            return
        with self._lock:
            if self._over:
                raise SentOutsideRun(
                    "the task's body has ended: wait for the threads that it has started before"
                    " it returns"
                )
            self._sent_elsewhere.append((message, due_at))

    def give_up_sending(self) -> None:
        """Refuse what other threads still send, and forget what was not stored."""
        with self._lock:
            self._over = True
            self._sent_elsewhere.clear()

    def close_sending(self) -> None:
        """Store what other threads have sent; from now on they are refused."""
        with self._lock:
            self._over = True
            sent, self._sent_elsewhere = self._sent_elsewhere, []
        for message, due_at in sent:
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


def in_this_run(function: Callable[P, R]) -> Callable[P, R]:
    """`function` as part of the current run, for a thread that the task's body starts.

    What it sends leaves with the commit of the task's rows, or never. The task's session stays
    with the body's thread. Outside a run, `function` itself.
    """
    run = current_run()
    if run is None:
        return function

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with running(run):
            return function(*args, **kwargs)

    return call


_working = threading.local()
_works_in = -1


def work_here() -> None:
    """Remember that a worker runs bodies in this thread of this process."""
    global _works_in  # noqa: PLW0603 (one process, one answer)
    _works_in = os.getpid()
    _working.here = True


def is_stray() -> bool:
    """Whether this thread, of a process that runs bodies, is none that runs them.

    A body has started it, or a library: it does not know the run that it may be part of.
    """
    return (
        _works_in == os.getpid()
        and not getattr(_working, "here", False)
        and threading.current_thread() is not threading.main_thread()
        and get_current_worker_task() is None
    )
