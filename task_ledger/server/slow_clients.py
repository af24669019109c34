"""Enforces a minimum rate for sending request bodies and reading responses."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Final, TypeVar

import anyio
import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_S: Final = 30.0
"""Seconds that a client may send or read nothing."""

MIN_BYTES_PER_S: Final = 4096
"""The rate that a client must keep, averaged over `PATIENCE_S`."""

PIECE_BYTES: Final = 64 * 1024
"""Size of the chunks in which a response is passed to the server, so that it is not buffered
completely.
"""

T = TypeVar("T")
_log: Final = structlog.get_logger()


class LimitSlowClients:
    """ASGI middleware that limits the time spent waiting for a slow client.

    A request body that is received too slowly ends with 408. A response that is read too slowly is
    cancelled: its resources (a slot, a connection, a file) are released, and the server closes the
    connection. Only time spent waiting for the client counts. Works with every ASGI server whose
    `send` waits while its buffer is full.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, timing the client's sending and reading."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending, taking = _Pace(), _Pace()
        body_ended = answer_began = False
        answering = anyio.CancelScope()

        async def timed_receive() -> Message:
            nonlocal body_ended
            # From here on, it waits for the client to disconnect.
            if body_ended or answer_began:
                return await receive()
            try:
                message = await sending.kept(receive, lambda got: len(got.get("body", b"")))
            except TimeoutError:
                _note(scope, "request")
                raise HTTPException(408, headers={"Connection": "close"}) from None
            body_ended = not message.get("more_body", False)
            return message

        async def timed_send(message: Message) -> None:
            nonlocal answer_began
            answer_began = True
            for piece in _pieces(message):
                size = len(piece.get("body", b""))
                try:
                    await taking.kept(lambda piece=piece: send(piece), lambda _, size=size: size)
                except TimeoutError:
                    _note(scope, "answer")
                    answering.cancel()
                    await anyio.lowlevel.checkpoint()

        with answering:
            await self._app(scope, timed_receive, timed_send)


class _Pace:
    """A client's time budget: consumed by waiting for it, replenished by bytes."""

    def __init__(self) -> None:
        self._left_s = PATIENCE_S

    async def kept(self, step: Callable[[], Awaitable[T]], size_of: Callable[[T], int]) -> T:
        """Await one step of the client.

        Raises:
            TimeoutError: the budget is exhausted.
        """
        began = anyio.current_time()
        with anyio.fail_after(self._left_s):
            done = await step()
        regained = size_of(done) / MIN_BYTES_PER_S
        self._left_s = min(PATIENCE_S, self._left_s + began - anyio.current_time() + regained)
        return done


def _pieces(message: Message) -> Iterator[Message]:
    body = message.get("body", b"")
    if message["type"] != "http.response.body" or len(body) <= PIECE_BYTES:
        yield message
        return
    more = message.get("more_body", False)
    for start in range(0, len(body), PIECE_BYTES):
        end = start + PIECE_BYTES
        yield {**message, "body": body[start:end], "more_body": more or end < len(body)}


def _note(scope: Scope, waited_for: str) -> None:
    route = getattr(scope.get("route"), "path", "none")
    _log.warning("client_too_slow", waited_for=waited_for, method=scope["method"], route=route)
