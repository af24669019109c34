"""The actor recorded for events."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from task_ledger.errors import NoActor

_actor: ContextVar[str | None] = ContextVar("task_ledger_actor", default=None)


@contextmanager
def acting_as(actor: str) -> Generator[None]:
    """Set the actor of all events caused within the block.

    Args:
        actor: an opaque id of 1 to 200 bytes: a user, a token's name, a worker.
            The database refuses names of parts of the ledger, such as `relay`.
    """
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def current_actor() -> str:
    """The actor of the surrounding `acting_as`.

    Raises:
        NoActor: no actor given.
    """
    actor = _actor.get()
    if actor is None:
        raise NoActor("no actor given: pass actor=…, or wrap the call in acting_as(…)")
    return actor
