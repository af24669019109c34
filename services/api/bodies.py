"""The limit of every request's body but an upload's, which has its own."""

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES: Final = 64 * 1024

_UPLOAD: Final = re.compile(r"/api/v1/projects/[^/]+/documents")


class LimitBodies:
    """ASGI middleware that stops reading a body beyond the limit: 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with a body that ends at the limit."""
        if scope["type"] != "http" or _UPLOAD.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        size = int(announced) if announced.isdecimal() else 0

        async def limited() -> Message:
            nonlocal size
            message = {} if size > MAX_BODY_BYTES else await receive()
            if not announced:
                size += len(message.get("body", b""))
            if size > MAX_BODY_BYTES:
                raise HTTPException(413, headers={"Connection": "close"})
            return message

        await self._app(scope, limited, send)
