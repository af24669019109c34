"""Ends a page of events at a maximum size, to limit the memory of its response."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from task_ledger.model.events import TaskEvent

PAGE_BYTES: Final = 1024 * 1024
"""A page of events ends with the event whose data reaches this size."""

T = TypeVar("T")


def first_of(
    items: Sequence[T], event_of: Callable[[T], TaskEvent], *, limit: int, most: int = PAGE_BYTES
) -> list[T]:
    """The first `limit` items; fewer if the data of their events reaches `most` characters."""
    taken: list[T] = []
    size = 0
    for item in items[:limit]:
        if size >= most:
            break
        event = event_of(item)
        size += len(event.data_text) + len(event.private_text or "")
        taken.append(item)
    return taken
