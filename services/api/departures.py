"""Clients that leave while their stream has something on its way to them."""

from typing import Final

from anyio import BrokenResourceError
from starlette.types import ASGIApp, Receive, Scope, Send

_STREAM: Final = "/events/stream"


class ExpectDepartures:
    """ASGI middleware: a stream whose client has left has ended, and nothing has gone wrong.

    FastAPI closes the stream's end before it stops who writes to it, which is then an error that
    nobody can be told of.
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
