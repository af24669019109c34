"""A run that the ledger does not track: with session and sending, but without events."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from celery import Task
from celery.exceptions import Ignore
from sqlalchemy.orm import Session

from task_ledger.celery.run.body import run_body
from task_ledger.celery.run.body_transaction import BodyTransaction
from task_ledger.celery.run.next_steps import send_next_steps
from task_ledger.celery.run.outer_run import OuterRun
from task_ledger.eventlog.message import Message
from task_ledger.registration.run_context import Run, running


class UntrackedRun(OuterRun):
    """One run of a body whose task is not registered.

    Its messages are sent when its rows commit. It reports no progress, and its retries are Celery's
    own. A run that neither uses the session nor sends anything does not connect to the database.
    """

    def __init__(self, transaction: BodyTransaction, task: Task[Any, Any]) -> None:
        super().__init__(str(task.request.id), transaction)
        self._task = task

    @contextmanager
    def sending_directly(self) -> Generator[None]:
        """Send directly to the broker inside the block: a retry must survive the rollback."""
        self.sends_directly = True
        try:
            yield
        finally:
            self.sends_directly = False

    def execute(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run the body and commit its rows and messages; roll them back if it raises.

        `Ignore` commits them: the body has nothing left to do, or another task replaces it.
        """
        try:
            with running(self):
                try:
                    self._transaction.begin()
                    value = run_body(self._task, args, kwargs)
                except Ignore:
                    self._commit()
                    raise
                send_next_steps(self._task, value)
            self._commit()
        except BaseException:
            self._transaction.rollback()
            raise
        else:
            return value
        finally:
            self.give_up_sending()
            self._transaction.close()

    def _commit(self) -> None:
        self.close_sending()
        self._transaction.check_open()
        self._transaction.flush()
        self._transaction.commit()
        self._transaction.committed()


class InnerRun(Run):
    """A body called with `apply` from another run's body; part of that run's transaction.

    Its rows and messages are committed or rolled back with the outer run, which reports progress
    for both.
    """

    def __init__(self, outer: Run, task: Task[Any, Any]) -> None:
        super().__init__(str(task.request.id))
        self._outer = outer
        self._task = task

    @property
    def session(self) -> Session:
        """The outer run's session."""
        return self._outer.session

    def send(self, message: Message, due_at: datetime | None) -> None:
        """Store a message in the outer run's transaction."""
        self._outer.send(message, due_at)

    def execute(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run the body; raises what it raises."""
        with running(self):
            value = run_body(self._task, args, kwargs)
            send_next_steps(self._task, value)
            return value
