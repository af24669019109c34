"""PostgreSQL 18 and Valkey on this machine, out of Python packages: no installation, no root."""

from deploy.embedded.errors import (
    AlreadyServed,
    BinaryMissing,
    DataUnusable,
    EmbeddedServerError,
    NoIdentity,
    StartFailed,
    StopFailed,
)
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.process import StopMode
from deploy.embedded.valkey import EmbeddedValkey

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
