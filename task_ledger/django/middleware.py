"""Middleware that records each request's user as the actor."""

from collections.abc import Callable
from contextlib import contextmanager
from inspect import iscoroutinefunction
from typing import Any

from django.utils.decorators import sync_and_async_middleware

from task_ledger.django.actor import of_request


@sync_and_async_middleware
def ActorMiddleware(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make the request's user, by primary key, the actor of tasks enqueued during the request.

    List it after AuthenticationMiddleware. The user is only loaded when something is enqueued. A
    user who is not logged in is `anonymous`.
    """
    if iscoroutinefunction(get_response):

        async def answer_async(request: Any) -> Any:
            with _of(request):
                return await get_response(request)

        return answer_async

    def answer(request: Any) -> Any:
        with _of(request):
            return get_response(request)

    return answer


@contextmanager
def _of(request: Any) -> Any:
    def user() -> str:
        found: Any = getattr(request, "user", None)
        return f"user:{found.pk}" if found is not None and found.is_authenticated else "anonymous"

    token = of_request.set(user)
    try:
        yield
    finally:
        of_request.reset(token)
