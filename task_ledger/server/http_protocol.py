"""uvicorn's HTTP protocol with time limits for connections without a running request.

`LimitSlowClients` watches a request while the application handles it. Only the server can limit the
rest: a slow request head, and the unread end of a response. Between requests, a connection
is closed by uvicorn's own clock.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 20.0
"""Seconds from a connection's start, or from a later request's first byte, to a complete request
head."""

TAKE_S: Final = 60.0
"""Seconds that a client may leave buffered data unread."""


class TimedProtocol(H11Protocol):
    """Closes connections whose client is too slow; `uvicorn --http` takes its name."""

    _head: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Stop waiting once a request is being answered; wait for the rest of a head that began."""
        super().data_received(data)
        if not self._idle():
            self._cancel_head()
        elif self._head is None:
            self._wait_for_head()

    def on_response_complete(self) -> None:
        """Wait for a slow reader to take the end of the response."""
        super().on_response_complete()
        if self._idle() and self.transport.get_write_buffer_size() and self._taking is None:
            self._wait_for_reader()

    def pause_writing(self) -> None:
        """Wait for the client to read the buffered data."""
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        """The client has read most of it."""
        super().resume_writing()
        self._cancel_taking()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers."""
        super().connection_lost(exc)
        self._cancel_head()
        self._cancel_taking()

    def _idle(self) -> bool:
        # There is no cycle before the first request.
        return getattr(self.cycle, "response_complete", True)

    def _wait_for_head(self) -> None:
        self._cancel_head()
        self._head = self.loop.call_later(HEAD_S, self._give_up)

    def _cancel_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _give_up(self) -> None:
        if self._idle() and self.transport.get_protocol() is self:
            self.transport.abort()

    def _wait_for_reader(self) -> None:
        self._cancel_taking()
        self._taking = self.loop.call_later(TAKE_S, self._give_reader_up)

    def _cancel_taking(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _give_reader_up(self) -> None:
        self._taking = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()
