"""Streamed responses that hold resources."""

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping

from anyio import CancelScope
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class Streamed(StreamingResponse):
    """A streamed response that releases its resources when it ends, in any way.

    The `finally` of a generator is not enough: if a client disconnects or is too slow, the
    generator stays suspended until Python collects it.
    """

    def __init__(
        self,
        content: AsyncIterable[str | bytes] | Iterable[str | bytes],
        *,
        ended: Callable[[], Awaitable[object]],
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare the response.

        Args:
            ended: called once, after the last chunk was sent or sending failed; is not cancelled.
        """
        super().__init__(content, media_type=media_type, headers=headers)
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._ended()
