"""Limits concurrent uploads, in total and per token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

import anyio

from task_ledger.server.problems import ProblemError

UPLOADS: Final = 8
UPLOADS_PER_TOKEN: Final = 4
"""The maximum per token, so that a slow client leaves room for others."""

WAIT_S: Final = 30.0
"""Seconds that an upload waits for its turn."""


class UploadPlaces:
    """Slots for uploads, in one process's event loop; uploads wait for a free slot."""

    def __init__(self) -> None:
        self._all = anyio.Semaphore(UPLOADS)
        self._of_token: WeakValueDictionary[str, anyio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def taken(self, token: str) -> AsyncIterator[None]:
        """Hold a slot for an upload by the token of this name, for the duration of the block.

        Raises:
            ProblemError: no slot became free within `WAIT_S`: 429 if the token has reached its
                maximum, 503 if all are taken.
        """
        own = self._of_token.setdefault(token, anyio.Semaphore(UPLOADS_PER_TOKEN))
        until = anyio.current_time() + WAIT_S
        await _acquire(
            own,
            until,
            429,
            f"This token is uploading {UPLOADS_PER_TOKEN} files already. Send fewer at once.",
        )
        try:
            await _acquire(
                self._all, until, 503, "Too many concurrent uploads. Try again in a minute."
            )
            try:
                yield
            finally:
                self._all.release()
        finally:
            own.release()


async def _acquire(places: anyio.Semaphore, until: float, status: int, detail: str) -> None:
    with anyio.CancelScope(deadline=until):
        await places.acquire()
        return
    raise ProblemError(
        status, "too_many_uploads", detail, {"Retry-After": "30", "Connection": "close"}
    )
