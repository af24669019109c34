"""PostgreSQL 18 and Valkey on this machine, from Python packages: no installation, no root."""

from task_ledger.local.embedded.errors import (
    AlreadyServed,
    BinaryMissing,
    DataUnusable,
    EmbeddedServerError,
    NoIdentity,
    StartFailed,
    StopFailed,
)
from task_ledger.local.embedded.postgres import EmbeddedPostgres
from task_ledger.local.embedded.process import StopMode
from task_ledger.local.embedded.valkey import EmbeddedValkey

__all__ = [
    "AlreadyServed",
    "BinaryMissing",
    "DataUnusable",
    "EmbeddedPostgres",
    "EmbeddedServerError",
    "EmbeddedValkey",
    "NoIdentity",
    "StartFailed",
    "StopFailed",
    "StopMode",
]
