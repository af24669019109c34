"""Calling a task's body."""

from __future__ import annotations

from typing import Any

from celery import Task


def run_body(task: Task[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call the task's function inside its class's `body_context`. Raises what the function
    raises."""
    within: Any = task
    with within.body_context():
        return task.run(*args, **kwargs)
