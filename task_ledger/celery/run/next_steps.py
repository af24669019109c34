"""What Celery would publish after a success: links and the rest of a chain."""

from typing import Any

from celery import Task
from celery.canvas import maybe_signature


def send_next_steps(task: Task[Any, Any], value: Any) -> None:
    """Send a task's links and its chain's next task, from inside its run, with its result.

    Inside a run every send goes to the outbox, so they leave with the commit of the run's rows.
    They are taken off the request: Celery would publish them a second time.
    """
    request = task.request
    callbacks: list[Any] = list(request.callbacks or ())
    chain: list[Any] = list(request.chain or ())
    request.callbacks = None
    request.chain = None
    lineage: dict[str, Any] = {
        "parent_id": request.id, "root_id": request.root_id or request.id
    }  # fmt: skip
    delivery: Any = request.delivery_info or {}
    if task.app.conf.task_inherit_parent_priority and delivery.get("priority") is not None:
        lineage["priority"] = delivery["priority"]
    for callback in callbacks:
        _signature(task, callback).apply_async((value,), **lineage)
    if chain:
        _signature(task, chain[-1]).apply_async((value,), chain=chain[:-1], **lineage)


def _signature(task: Task[Any, Any], stored: Any) -> Any:
    return maybe_signature(stored, app=task.app)
