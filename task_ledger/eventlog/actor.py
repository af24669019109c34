"""Who is asking: the actor of the events that a piece of code causes."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from task_ledger.errors import NoActor

_actor: ContextVar[str | None] = ContextVar("task_ledger_actor", default=None)


@contextmanager
def acting_as(actor: str) -> Generator[None]:
    """Name `actor` (an opaque id: a token's name, a worker) as the one who asks, within."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def current_actor() -> str:
    """The actor of the surrounding `acting_as`.

    Raises:
        NoActor: there is none.
    """
    actor = _actor.get()
    if actor is None:
        raise NoActor("nobody is named as the one who asks: pass actor=…, or use acting_as(…)")
    return actor
