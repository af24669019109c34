"""Task ids, claims and shards. Partitions are decided by task_ledger.bucket_of."""

from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

import uuid_utils

SHARDS: Final = 16
"""Number of feeds; it can never change."""


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
