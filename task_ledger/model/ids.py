"""Task ids, claims, shards and partitions."""

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

import uuid_utils

SHARDS: Final = 16
"""Number of feeds; it can never change."""

_DAY_MS: Final = 86_400_000


def new_task_id() -> UUID:
    """A UUIDv7. Its month decides the task's partition; ids sort roughly by creation."""
    return UUID(int=uuid_utils.uuid7().int)


def new_claim() -> UUID:
    """A random id for one attempt. It must not be derived from anything, or two attempts could
    share it."""
    return uuid4()


def shard_of(project_id: str) -> int:
    """The shard of a project: the low four bits of the first byte of its SHA-256, as in SQL."""
    return sha256(project_id.encode()).digest()[0] & 15


def bucket_of(task_id: UUID) -> int:
    """The partition of a task, as in SQL: the month of a UUIDv7 as yyyymm, 0 for a UUIDv4."""
    number = task_id.int
    return _month((number >> 80) // _DAY_MS) if number >> 76 & 15 == 7 else 0


@lru_cache(maxsize=512)
def _month(day: int) -> int:
    date = datetime.fromtimestamp(day * 86_400, UTC)
    return date.year * 100 + date.month
