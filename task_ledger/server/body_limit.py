"""Limiting the size of request bodies."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES: Final = 64 * 1024

_OWN_LIMIT: Final = "__task_ledger_own_body_limit__"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def with_own_body_limit(endpoint: Endpoint) -> Endpoint:
    """Mark a route's function as limiting its request body itself."""
    setattr(endpoint, _OWN_LIMIT, True)
    return endpoint


class LimitBodies:
    """ASGI middleware that answers 413 to a body larger than `MAX_BODY_BYTES`.

    Routes marked `with_own_body_limit` are left alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with a limited body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        size = int(announced) if announced.isdecimal() else 0

        async def limited() -> Message:
            # Bodies are read after routing, so the scope already has the route's function.
            if hasattr(scope.get("endpoint"), _OWN_LIMIT):
                return await receive()
            nonlocal size
            message: Message = {} if size > MAX_BODY_BYTES else await receive()
            if not announced:
                size += len(message.get("body", b""))
            if size > MAX_BODY_BYTES:
                raise HTTPException(413, headers={"Connection": "close"})
            return message

        await self._app(scope, limited, send)
