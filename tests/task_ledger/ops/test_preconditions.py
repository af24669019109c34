"""A migration that cannot work says in one line what to change, and changes nothing."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from task_ledger.errors import (
    ForeignSchema,
    LedgerError,
    NotPermitted,
    RolesMissing,
    UnsupportedServer,
    WrongEncoding,
)
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops import migrate, preconditions
from task_ledger.ops.roles import group_roles
from tests.servers import Database


def refusal(url: str, expected: type[LedgerError]) -> str:
    """The one line that `migrate` ends with."""
    with pytest.raises(expected) as refused:
        migrate.upgrade(url)
    told = str(refused.value)
    assert "\n" not in told
    return told


def test_a_server_that_is_too_old(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preconditions, "OLDEST", 990000)
    assert "upgrade it to 99 or newer" in refusal(empty_database.url, UnsupportedServer)


def test_a_database_that_is_not_encoded_as_utf8(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.superuser_url(), autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE latin OWNER task_ledger ENCODING 'LATIN1' TEMPLATE template0"
            " LOCALE_PROVIDER libc LOCALE 'C'"
        )
        try:
            told = refusal(postgres.url_of("latin"), WrongEncoding)
        finally:
            connection.execute("DROP DATABASE latin WITH (FORCE)")
    assert "is encoded as LATIN1" in told


def test_a_schema_of_something_else_is_left_alone(empty_database: Database) -> None:
    with psycopg.connect(empty_database.url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA task_ledger CREATE TABLE account (id integer)")
        assert "rename or drop it" in refusal(empty_database.url, ForeignSchema)
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'task_ledger'::regnamespace"
        ).fetchall()
    assert tables == [("account",)]


def test_a_ledger_without_its_roles(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # The roles belong to every database of the run's server: none can be dropped here.
    roles = (*group_roles(), "task_ledger_lost")
    monkeypatch.setattr(migrate, "group_roles", lambda _: roles)
    told = refusal(database.url, RolesMissing)
    assert told.startswith("the roles task_ledger_lost are missing")
    assert "pg_dumpall --roles-only" in told


def test_a_login_that_may_not_create_roles(
    other_login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "group_roles", lambda _: ("task_ledger_lost",))
    assert "ALTER ROLE other CREATEROLE" in refusal(other_login, NotPermitted)


def test_a_login_that_is_no_member_of_roles_that_exist(
    other_login: str, migrated_template: str
) -> None:
    assert "GRANT task_ledger_owner, " in refusal(other_login, NotPermitted)


@pytest.fixture
def other_login(postgres: EmbeddedPostgres, empty_database: Database) -> Iterator[str]:
    """The address of an empty database for a login that owns it and has no other right."""
    name = sql.Identifier(empty_database.name)
    with psycopg.connect(postgres.superuser_url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE other LOGIN PASSWORD 'other'")
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO other").format(name))
        try:
            yield f"postgresql://other:other@{empty_database.url.rpartition('@')[2]}"
        finally:
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO task_ledger").format(name))
            connection.execute("DROP ROLE other")
