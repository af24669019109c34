"""Tasks that the ledger cannot track as they are, or runs differently."""

from collections.abc import Iterator
from typing import Any, cast

from celery import Task
from celery.utils.imports import symbol_by_name
from celery.worker.request import Request

from task_ledger.celery.task import LedgerTask
from task_ledger.celery.worker.request import LedgerRequest
from task_ledger.cli.adoption.application import Application
from task_ledger.cli.adoption.finding import Effect, Finding, shown_path


def of_tasks(found: Application) -> Iterator[Finding]:
    """Check each task's declaration, as if it were tracked."""
    for name, task, file, line in found.tasks():
        for rule, effect, what, advice in (*_class(task), *_options(task)):
            yield Finding(
                shown_path(file), line, rule, effect, f"{name}: {what}", advice, tracked_only=True
            )


def _class(task: Any) -> Iterator[tuple[str, Effect, str, str]]:
    kind = cast("Any", type(task))
    plain: Any = Task
    if kind.__call__ not in {plain.__call__, LedgerTask.__call__}:
        yield (
            "__call__", Effect.REFUSED, "its class has its own __call__",
            "Return a context for the body from body_context() of a LedgerTask.",
        )  # fmt: skip
    request = symbol_by_name(task.Request)
    if request is not Request and not issubclass(request, LedgerRequest):
        yield (
            "Request", Effect.REFUSED, "its class has its own Request",
            "Inherit from task_ledger.celery.worker.request.LedgerRequest.",
        )  # fmt: skip
    own = cast("dict[str, Any]", vars(kind))
    if isinstance(own.get("run"), staticmethod):
        yield (
            "bind", Effect.DIFFERENT, "its function does not take self, which a tracked task's "
            "function must",
            "Give it self as the first parameter when it gets a task_type.",
        )  # fmt: skip


def _options(task: Any) -> Iterator[tuple[str, Effect, str, str]]:
    if task.ignore_result:
        yield (
            "ignore_result", Effect.DIFFERENT,
            "its result is stored anyway, so it must be JSON of at most 64 KiB",
            "Return nothing, or a storable value.",
        )  # fmt: skip
