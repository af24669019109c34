"""Runs with their own transaction, and the threads that belong to them."""

import os
import threading
from datetime import datetime

from celery._state import get_current_worker_task
from sqlalchemy.orm import Session

from task_ledger.celery.run.body_transaction import BodyTransaction
from task_ledger.errors import SentOutsideRun
from task_ledger.eventlog.message import Message
from task_ledger.registration.run_context import Run


class OuterRun(Run):
    """A run with its own transaction, not called from another run's body.

    Its session belongs to the thread that runs the body. Messages sent by other threads are
    collected and stored by that thread at the end.
    """

    def __init__(self, request_id: str, transaction: BodyTransaction) -> None:
        super().__init__(request_id)
        self._transaction = transaction
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._sent_elsewhere: list[tuple[Message, datetime | None]] = []
        self._over = False

    @property
    def session(self) -> Session:
        """The author's session."""
        return self._transaction.session

    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store a message in the run's transaction; it is sent after the commit or never.

        Raises:
            SentOutsideRun: another thread sent it after the body had ended.
        """
        if threading.get_ident() == self._thread:
            self._transaction.send(message, due_at)
            return
        with self._lock:
            if self._over:
                raise SentOutsideRun(
                    "the task's body has ended: wait for its threads before it returns"
                )
            self._sent_elsewhere.append((message, due_at))

    def give_up_sending(self) -> None:
        """Refuse further messages from other threads and discard those not stored yet."""
        with self._lock:
            self._over = True
            self._sent_elsewhere.clear()

    def close_sending(self) -> None:
        """Store the messages that other threads have sent, and refuse further ones."""
        with self._lock:
            self._over = True
            sent, self._sent_elsewhere = self._sent_elsewhere, []
        for message, due_at in sent:
            self._transaction.send(message, due_at)


_working = threading.local()
_works_in = -1


def mark_working_thread() -> None:
    """Remember that a worker runs task bodies in this thread of this process."""
    global _works_in  # noqa: PLW0603 (one process, one answer)
    _works_in = os.getpid()
    _working.here = True


def forget_working_threads() -> None:
    """Forget that bodies ran in this process, whose worker has stopped.

    A test suite's process outlives a worker of Celery's test kit, and its threads do not belong to
    bodies.
    """
    global _works_in  # noqa: PLW0603 (one process, one answer)
    _works_in = -1


def is_stray_thread() -> bool:
    """True if this worker-process thread is not running a task.

    Such a thread was started by a body or a library, and cannot tell which run it belongs to.
    """
    return (
        _works_in == os.getpid()
        and not getattr(_working, "here", False)
        and threading.current_thread() is not threading.main_thread()
        and get_current_worker_task() is None
    )
