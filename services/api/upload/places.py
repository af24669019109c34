"""How many uploads are received at the same time, in all and by one token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

import anyio

from task_ledger.server.problems import ProblemError

UPLOADS: Final = 8
UPLOADS_PER_TOKEN: Final = 4
"""Of these, how many one token may have: a slow client leaves room for others."""

WAIT_S: Final = 30.0
"""Seconds that an upload waits for its turn."""


class UploadPlaces:
    """Places for uploads, in one process's event loop; who finds none free waits."""

    def __init__(self) -> None:
        self._all = anyio.Semaphore(UPLOADS)
        self._of_token: WeakValueDictionary[str, anyio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def taken(self, token: str) -> AsyncIterator[None]:
        """A place for an upload by the token of this name, for the duration of the block.

        Raises:
            ProblemError: none became free within `WAIT_S`: 429, the token has as many as it may;
                503, all are taken.
        """
        own = self._of_token.setdefault(token, anyio.Semaphore(UPLOADS_PER_TOKEN))
        until = anyio.current_time() + WAIT_S
        await _acquire(
            own,
            until,
            429,
            f"This token is uploading {UPLOADS_PER_TOKEN} files. Send fewer at once.",
        )
        try:
            await _acquire(self._all, until, 503, "Others are uploading. Try again in a minute.")
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
