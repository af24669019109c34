"""The Celery task that runs tasks enqueued through Django's Tasks."""

from typing import Any, Final

from celery import shared_task
from django.utils.module_loading import import_string

NAME: Final = "task_ledger.django.run"


_shared: Any = shared_task
"""Celery's type hints do not know the ledger's options."""


@_shared(name=NAME, task_type="django_task", bind=True)
def run(self: Any, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call a task of Django's Tasks, plain or async; its rows are part of this task's transaction.

    Args:
        path: the module path from which the task is imported.
        args, kwargs: as decoded from JSON.
    """
    task: Any = import_string(path)
    if task.takes_context:
        from task_ledger.django.backend import context_of

        return task.call(context_of(task, self.request), *args, **kwargs)
    return task.call(*args, **kwargs)
