"""Running a task's body inside a test: in its process, thread and transaction."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from celery import Task

from task_ledger.eventlog.message import LedgerHeader


class InlineRunner(Protocol):
    """Runs bodies in place of a worker; see `task_ledger.testing`."""

    def execute(
        self,
        task: Task[Any, Any],
        header: LedgerHeader,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        /,
    ) -> Any:
        """Run the body of the task's current request; raises what an attempt raises."""


_runner: ContextVar[InlineRunner | None] = ContextVar("task_ledger_inline_runner", default=None)


def inline_runner() -> InlineRunner | None:
    """The runner that replaces the worker in this context; None outside `task_ledger.testing`."""
    return _runner.get()


@contextmanager
def running_inline(runner: InlineRunner) -> Generator[None]:
    """Have `runner` run the bodies called inside the block."""
    token = _runner.set(runner)
    try:
        yield
    finally:
        _runner.reset(token)
