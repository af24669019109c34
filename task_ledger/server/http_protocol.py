"""uvicorn's HTTP protocol with clocks for a connection on which no request is being answered.

`LimitSlowClients` watches a request while the application has it. Before and after that only the
server knows of a connection: a head that drips in, and the rest of an answer that nobody reads.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 20.0
"""For how long a connection may be open, or idle, without a whole head of a request."""

TAKE_S: Final = 60.0
"""For how long a client may take nothing of what is buffered for it."""


class TimedProtocol(H11Protocol):
    """Closes connections whose client is too slow; `uvicorn --http` takes its name."""

    _head: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Stop waiting once a request is being answered."""
        super().data_received(data)
        if not self._idle() and self._head is not None:
            self._head.cancel()
            self._head = None

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if self._idle():
            self._wait_for_head()

    def pause_writing(self) -> None:
        """Wait for the client to take what is buffered."""
        super().pause_writing()
        self._taking = self.loop.call_later(TAKE_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It has taken most of it."""
        super().resume_writing()
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        for timer in (self._head, self._taking):
            if timer is not None:
                timer.cancel()

    def _idle(self) -> bool:
        # There is no cycle before the first request.
        return getattr(self.cycle, "response_complete", True)

    def _wait_for_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
        # The end of the answer before may still be on its way to a slow reader.
        wait_s = TAKE_S if self.transport.get_write_buffer_size() else HEAD_S
        self._head = self.loop.call_later(wait_s, self._give_up)

    def _give_up(self) -> None:
        if self._idle() and self.transport.get_protocol() is self:
            self.transport.abort()
