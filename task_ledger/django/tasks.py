"""The task of Celery that runs what was enqueued through Django's Tasks."""

from typing import Any, Final

from celery import shared_task
from django.utils.module_loading import import_string

NAME: Final = "task_ledger.django.run"


_shared: Any = shared_task
"""Its types do not know what a task of the ledger is declared with."""


@_shared(name=NAME, task_type="django_task", bind=True)
def run(self: Any, path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Call a task of Django's Tasks, also a coroutine; its rows are in this task's transaction.

    Args:
        path: the module path of the task, which is imported by it.
        args, kwargs: as JSON has them.
    """
    task: Any = import_string(path)
    if task.takes_context:
        from task_ledger.django.backend import context_of

        return task.call(context_of(task, self.request), *args, **kwargs)
    return task.call(*args, **kwargs)
