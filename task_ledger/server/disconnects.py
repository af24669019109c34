"""Ignore clients that disconnect mid-stream."""

from typing import Final

from anyio import BrokenResourceError
from starlette.types import ASGIApp, Receive, Scope, Send

_STREAM: Final = "/events/stream"


class IgnoreDisconnects:
    """ASGI middleware that treats a disconnected client as the normal end of a stream.

    FastAPI closes the receiving end of a stream before it stops the task that writes to it, which
    then raises BrokenResourceError without a client to report it to.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or not scope["path"].endswith(_STREAM):
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except* BrokenResourceError:
            pass
