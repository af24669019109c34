"""Running a body in the process, thread and transaction of a test."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from celery import Task

from task_ledger.eventlog.message import LedgerHeader


class InlineRunner(Protocol):
    """Runs a body in a worker's place; see `task_ledger.testing`."""

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
    """What runs bodies in this context in a worker's place; None outside a test's run."""
    return _runner.get()


@contextmanager
def running_inline(runner: InlineRunner) -> Generator[None]:
    """Let `runner` run the bodies that are called within."""
    token = _runner.set(runner)
    try:
        yield
    finally:
        _runner.reset(token)
