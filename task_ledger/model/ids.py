"""Ids and where they live: task ids, claims, shards. Partitions are task_ledger.bucket_of's."""

from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

import uuid_utils

SHARDS: Final = 16
"""How many feeds there are, for ever."""


def new_task_id() -> UUID:
    """A UUIDv7: its month names the task's partition, its order is roughly that of creation."""
    return UUID(int=uuid_utils.uuid7().int)


def new_claim() -> UUID:
    """A random id for one attempt; never derived from anything, or two attempts could share it."""
    return uuid4()


def shard_of(project_id: str) -> int:
    """The shard of a project: the low four bits of the first byte of sha256. As in SQL."""
    return sha256(project_id.encode()).digest()[0] & 15
