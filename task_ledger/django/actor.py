"""The actor of enqueued tasks: from the argument, `acting_as`, the request, or a setting."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from task_ledger.django import conf
from task_ledger.errors import NoActor
from task_ledger.eventlog.actor import current_actor

of_request: Final[ContextVar[Callable[[], str | None] | None]] = ContextVar(
    "task_ledger_request", default=None
)
"""Returns the actor for the current request's user; set by `ActorMiddleware`."""


def asking() -> str:
    """The actor of the surrounding `acting_as`, else the request's user, else the result of ACTOR.

    Raises:
        NoActor: no actor given.
    """
    try:
        return current_actor()
    except NoActor as unnamed:
        ask = of_request.get()
        found = (ask() if ask is not None else None) or conf.actor()
        if not found:
            raise NoActor(
                "no actor given: pass actor=…, use acting_as(…), add"
                " task_ledger.django.middleware.ActorMiddleware, or set TASK_LEDGER['ACTOR'] to a"
                " function that returns a name"
            ) from unnamed
        return found
