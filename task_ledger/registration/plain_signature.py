"""Telling whether Celery alone builds a signature's message, so that the next can be derived."""

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, Final, cast

from celery import Signature, Task, signals

_PROTOCOL: Final = 2

_OWN: Final = ("task_ledger.", "celery.")


def has_listener() -> bool:
    """Whether a receiver is connected that sees, and may change, each message sent."""
    return bool(signals.before_task_publish.receivers or signals.after_task_publish.receivers)


def is_plain(called: Signature[Any]) -> bool:
    """Whether only code of Celery and the ledger takes part in sending this signature's task.

    A router, a task's `shadow_name`, and an `apply_async`, `send_task` or AMQP class of the
    application's own may each depend on the arguments. Wrapping one of these methods counts as
    replacing it.
    """
    app: Any = called.app
    routes = app.conf.task_routes
    tables = cast("Any", routes if isinstance(routes, list | tuple) else [routes or {}])
    sends: list[Callable[..., Any]] = [
        called.apply_async, app.send_task, app.amqp.send_task_message, app.amqp.create_task_message,
        app.amqp.router.route,
    ]  # fmt: skip
    task: Any = app.tasks.get(str(called.task))
    if task is not None:
        sends.append(task.apply_async)
    return (
        app.conf.task_protocol == _PROTOCOL
        and all(isinstance(table, dict) for table in tables)
        and all(map(_is_own, sends))
        and (task is None or cast("Any", type(task)).shadow_name is cast("Any", Task).shadow_name)
    )


def _is_own(function: Callable[..., Any]) -> bool:
    # Neither by __module__, which functools.wraps copies, nor of an object in place of a method,
    # such as one of wrapt, which has all attributes of the function that it wraps.
    inner: object = function.__func__ if isinstance(function, MethodType) else function
    return type(inner) is FunctionType and str(inner.__globals__["__name__"]).startswith(_OWN)
