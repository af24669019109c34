"""Sending a step whose first argument, the result of the task before it, is still to come."""

from __future__ import annotations

from typing import Any, Final, cast

from celery import Task


class _Unchecked:
    """A task as Celery's `apply_async` sees it: all of it but the check of its arguments."""

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
    """As the task's `apply_async`; its arguments are checked as they will be with the result.

    Raises:
        TypeError: the function does not take the result and these arguments.
    """
    check: Any = getattr(task, "__header__", None)
    if getattr(task, "typing", True) and check is not None:
        check(None, *(args or ()), **(kwargs or {}))
    unchecked: Any = _Unchecked(task)
    send: Any = cast("Any", Task).apply_async
    return send(unchecked, args, kwargs, **options)
