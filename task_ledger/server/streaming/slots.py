"""Limiting the number of open streams per token in a process, since each holds memory."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from task_ledger.server.problems import ProblemError

STREAMS_PER_TOKEN: Final = 30
"""Enough for a person with many tabs in several browsers."""


class StreamSlots:
    """Counts the open streams of each token, in one process's event loop."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def taken(self, name: str) -> Generator[None]:
        """Take one slot of the token `name` for the duration of the block.

        Raises:
            ProblemError: 429, the token's slots are all in use.
        """
        if self._open[name] >= STREAMS_PER_TOKEN:
            raise ProblemError(
                429,
                "too_many_streams",
                f"This token has {STREAMS_PER_TOKEN} streams open. Close one, or follow several"
                " projects by polling their timelines.",
                {"Retry-After": "15"},
            )
        self._open[name] += 1
        try:
            yield
        finally:
            self._open[name] -= 1
            if not self._open[name]:
                del self._open[name]
