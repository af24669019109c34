"""Sending a step whose first argument is the result of a previous task that has not run yet."""

from __future__ import annotations

from typing import Any, Final, cast

from celery import Task


class _Unchecked:
    """A proxy for a task that skips the argument check of Celery's `apply_async`."""

    typing: Final = False

    def __init__(self, task: Task[Any, Any]) -> None:
        self._task = task

    def __getattr__(self, name: str) -> Any:
        return getattr(self._task, name)


def send_without_result(
    task: Task[Any, Any],
    args: tuple[Any, ...] | None = None,
    kwargs: dict[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Call the task's `apply_async`, checking its arguments with the result as the first one.

    Raises:
        TypeError: the function does not take the result and these arguments.
    """
    check: Any = getattr(task, "__header__", None)
    if getattr(task, "typing", True) and check is not None:
        check(None, *(args or ()), **(kwargs or {}))
    unchecked: Any = _Unchecked(task)
    send: Any = cast("Any", Task).apply_async
    return send(unchecked, args, kwargs, **options)
