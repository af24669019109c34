"""A healthy system of real servers, on which a condition is brought about and undone."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

from task_ledger.cli.checks.check import Check
from task_ledger.cli.doctor import all_checks
from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from task_ledger.ops.migrate import upgrade
from tests.histories import completed
from tests.servers import POSTGRES, SERVERS
from tests.task_ledger.projector.log import drain, projector

LOGINS = Path(__file__).parents[4] / "deploy" / "logins.sql"
SERVICES = ("api", "worker", "projector", "auditor", "sealer", "eraser", "notifier")

# Each check waits for the disk as in production; only how a password is stored is made quick.
_SETTINGS = {
    "scram_iterations": "1",
    "max_prepared_transactions": "2",
    "autovacuum_naptime": "1h",
}


@dataclass
class System:
    """The servers, and what a shell of an operator knows of them.

    Attributes:
        superuser: on autocommit; triggers do not fire.
        environment: the variables of the operator's shell.
        folder: the var folder.
        undo: called in reverse order when the test ends.
    """

    superuser: psycopg.Connection[Any]
    server: EmbeddedPostgres
    broker: "redis.Redis"
    valkey: EmbeddedValkey
    environment: dict[str, str]
    folder: Path
    undo: ExitStack

    def url_of(self, service: str) -> str:
        """The address of a service's own login."""
        return self.environment[f"TASK_LEDGER_{service.upper()}_DATABASE_URL"]

    def set(self, **variables: str) -> None:
        """Set variables TASK_LEDGER_… for this test."""
        named = {f"TASK_LEDGER_{name.upper()}": value for name, value in variables.items()}
        self.undo.enter_context(patch.dict(self.environment, named))

    def execute(self, *statements: str) -> None:
        """As the superuser."""
        for statement in statements:
            self.superuser.execute(statement.encode())

    def row(self, statement: str) -> tuple[Any, ...]:
        """The one row of a query of the superuser."""
        row = self.superuser.execute(statement.encode()).fetchone()
        assert row is not None
        return row

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of the log's owner, on autocommit; triggers fire."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute("SET ROLE task_ledger_owner")
            yield connection

    def fold(self) -> None:
        """Let a projector read all events."""
        with psycopg.connect(self.url_of("projector"), autocommit=True) as connection:
            drain(projector(connection))

    def checks(self) -> list[Check]:
        """What doctor says."""
        others = {n: v for n, v in os.environ.items() if not n.startswith("TASK_LEDGER_")}
        with patch.dict(os.environ, others | self.environment, clear=True):
            return list(all_checks())


@contextmanager
def healthy_system(folder: Path) -> Iterator[System]:
    """Servers, a login for each service, and a task that has completed."""
    with ExitStack() as undo:
        server = undo.enter_context(SERVERS[POSTGRES](folder / "postgres", settings=_SETTINGS))
        valkey = undo.enter_context(EmbeddedValkey(folder / "valkey"))
        upgrade(server.url)
        name = server.login
        superuser = undo.enter_context(psycopg.connect(server.superuser_url(name), autocommit=True))
        superuser.execute(LOGINS.read_bytes())
        environment = {
            "TASK_LEDGER_DATABASE_URL": server.url,
            "TASK_LEDGER_BROKER_URL": valkey.url,
            "TASK_LEDGER_VAR_DIR": str(folder / "var"),
        }
        for service in SERVICES:
            login = f"task_ledger_{service}_login"
            superuser.execute(sql.SQL("ALTER ROLE {} PASSWORD 'own'").format(sql.Identifier(login)))
            superuser.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(login)
                )
            )
            address = urlsplit(server.url)
            own = address._replace(netloc=f"{login}:own@{address.hostname}:{address.port}")
            environment[f"TASK_LEDGER_{service.upper()}_DATABASE_URL"] = urlunsplit(own)
        superuser.execute(
            sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
        )
        superuser.execute("GRANT pg_read_all_stats TO task_ledger_auditor_login")
        completed(superuser, "riverside")
        superuser.execute("SET session_replication_role = replica")
        client = undo.enter_context(redis.Redis.from_url(valkey.url))
        system = System(superuser, server, client, valkey, environment, folder / "var", ExitStack())
        system.fold()
        yield system
