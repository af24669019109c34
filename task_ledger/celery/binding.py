"""Binding tracked tasks: their functions take the task as the first parameter."""

from inspect import Parameter, signature
from typing import Any, cast

from celery import Celery
from celery.utils.functional import head_from_fun


def require_self(fun: Any) -> None:
    """Refuse a tracked task's function that does not take the task as its first argument.

    Raises:
        TypeError: it takes no positional argument, so the task could not be passed to it.
    """
    try:
        parameters = signature(fun).parameters.values()
    except (TypeError, ValueError):
        return
    positional = {
        Parameter.POSITIONAL_ONLY,
        Parameter.POSITIONAL_OR_KEYWORD,
        Parameter.VAR_POSITIONAL,
    }
    first = next(iter(parameters), None)
    if first is None or first.kind not in positional:
        raise TypeError(
            f"{fun.__qualname__} has a task_type, so its first parameter is the task itself:"
            f" def {fun.__name__}(self: LedgerTask, …)"
        )


def bind_elsewhere(task: type[Any]) -> None:
    """Bind a tracked task declared on an application that is not a LedgerCelery.

    So `shared_task(task_type=…)` also works in the application of Celery's test fixtures, which
    is a plain one with `task_cls=LedgerTask`. Does nothing to any other class.

    Raises:
        TypeError: as `require_self`.
    """
    own = vars(task)
    app, run = own.get("app"), own.get("run")
    declares = getattr(cast("Any", type(app)), "_task_from_fun", None)
    if declares is not Celery._task_from_fun or not isinstance(run, staticmethod):  # pyright: ignore[reportPrivateUsage]
        return
    fun: Any = run.__func__
    require_self(fun)
    task.run = task.__wrapped__ = fun
    task.__header__ = staticmethod(head_from_fun(fun, bound=True))
