"""What Celery would publish after a success: links and the rest of a chain."""

from __future__ import annotations

from typing import Any

from celery import Task, canvas


class Sent(list[Any]):
    """A list of sent signatures that is falsy the first time it is tested, and an ordinary list
    after that.

    Celery's trace tests `request.callbacks` and `request.chain` once when the body has returned,
    and would publish them again. Whatever reads them later finds them as in plain Celery.
    """

    _tested = False

    def __bool__(self) -> bool:
        tested, self._tested = self._tested, True
        return tested and len(self) > 0


def send_next_steps(task: Task[Any, Any], value: Any) -> None:
    """Send a task's links and its chain's next task, from inside its run, with its result.

    Inside a run, every send goes to the outbox, so they are sent when the run's rows commit. They
    stay on the request for `on_success` and signals; see `Sent`.
    """
    request: Any = task.request
    callbacks: list[Any] = list(request.callbacks or ())
    chain: list[Any] = list(request.chain or ())
    request.callbacks = Sent(callbacks) if callbacks else None
    request.chain = Sent(chain) if chain else None
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
    return canvas.maybe_signature(stored, app=task.app)
