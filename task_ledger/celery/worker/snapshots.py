"""Reading Celery's sets of requests from another thread."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID


def snapshot(requests: Any) -> list[Any]:
    """A copy of a set that the main thread may change concurrently."""
    while True:
        with suppress(RuntimeError):  # it changed while it was read
            return list(requests)


def ids(requests: Iterable[Any]) -> set[UUID]:
    """The requests' task ids; one that is no UUID is no task of the ledger."""
    found: set[UUID] = set()
    for request in requests:
        with suppress(ValueError):
            found.add(UUID(request.id))
    return found
