"""One part that is idle polls for another, so that an idle process sends one statement, not two."""

from threading import Event
from time import monotonic
from typing import Final

VALID_S: Final = 1.0
"""Seconds after a poll for which the other part relies on it; longer than an idle part's pause."""

REST_S: Final = 1.0
"""Maximum seconds of one rest; by so much later it notices that the polls have stopped."""

FALLBACK_S: Final = 5.0
"""Seconds after which the other part polls for itself, whoever watches."""


class Watch:
    """Shared by two threads: one polls (`nothing_due`, `wake`), the other rests (`rest`)."""

    def __init__(self) -> None:
        self._until = 0.0
        self._woken = Event()
        self._looked = 0.0

    def nothing_due(self) -> None:
        """The poll has found nothing for the other part to do."""
        self._until = monotonic() + VALID_S

    def wake(self) -> None:
        """Something may be due, or nobody polls any more: the other part polls for itself."""
        self._until = 0.0
        self._woken.set()

    def rest(self) -> bool:
        """Wait while polls find nothing to do, at most `REST_S`.

        Returns:
            Whether nothing was found. If not, or if there was no recent poll, the caller has to
            look for itself, as it must every `FALLBACK_S`.
        """
        now = monotonic()
        if now < self._until and now - self._looked < FALLBACK_S:
            self._woken.clear()
            # A poll in between has set both, in this order.
            if monotonic() < self._until:
                self._woken.wait(REST_S)
            if monotonic() < self._until:
                return True
        self._looked = monotonic()
        return False
