"""Reading Celery's sets of requests from another thread."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID


def snapshot(requests: Any) -> list[Any]:
    """A copy of a set that the main thread may change concurrently."""
    while True:
        with suppress(RuntimeError):  # the set changed while it was read
            return list(requests)


def ids(requests: Iterable[Any]) -> set[UUID]:
    """The requests' task ids, without ids that are not UUIDs, which are not the ledger's."""
    found: set[UUID] = set()
    for request in requests:
        with suppress(ValueError):
            found.add(UUID(request.id))
    return found
