"""Answers that are written piece by piece, and hold something while they are."""

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping

from anyio import CancelScope
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class Streamed(StreamingResponse):
    """A streamed answer that gives back what it holds as it ends, however it ends.

    The `finally` of a generator is not enough: a client that disconnects, or is too slow, leaves
    the generator where it is, and it is closed when Python comes to it.
    """

    def __init__(
        self,
        content: AsyncIterable[str | bytes] | Iterable[str | bytes],
        *,
        ended: Callable[[], Awaitable[object]],
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare the answer.

        Args:
            ended: called once, after the last piece was sent or when no more can be; is not
                cancelled.
        """
        super().__init__(content, media_type=media_type, headers=headers)
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._ended()
