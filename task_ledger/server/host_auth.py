"""Authentication by the application in which the server is mounted."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable, iscoroutinefunction

from anyio import to_thread
from fastapi import Request

from task_ledger.access import Identity, NotAuthenticated
from task_ledger.server.problems import ProblemError

Authenticate = Callable[[Request], Identity | Awaitable[Identity]]
"""Returns a request's caller, or raises; see `task_ledger.server.mounting.ledger_app`."""


async def authenticated(authenticate: Authenticate, request: Request) -> Identity:
    """The caller of the request, from `authenticate`, which is called in a thread unless it is
    async.

    Raises:
        ProblemError: 401, it raised NotAuthenticated.
        TypeError: it returned something other than an Identity.
        Exception: whatever else it raises.
    """
    try:
        if iscoroutinefunction(authenticate):
            found = await authenticate(request)
        else:
            found = await to_thread.run_sync(authenticate, request)
            if isawaitable(found):
                found = await found
    except NotAuthenticated as error:
        raise ProblemError(401, "not_authenticated", "Sign in to the application first.") from error
    if not isinstance(found, Identity):
        raise TypeError(f"authenticate returned a {type(found).__name__}, not an Identity")
    return found
