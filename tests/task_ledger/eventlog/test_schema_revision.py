"""A release refuses a schema that it cannot work on, and works on that of the next release."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from task_ledger.errors import SchemaMismatch
from task_ledger.eventlog.read import read_events
from task_ledger.eventlog.schema_revision import check_schema, newest_revision, schema_folder
from task_ledger.model.ids import new_task_id
from task_ledger.ops.migrate import ledger_schema, revisions, upgrade
from task_ledger.ops.roles import Role, group_role
from tests.deploy.releases import newest_revision as newest_of
from tests.deploy.releases import previous_release
from tests.revisions import put_at_revision
from tests.servers import Database

ROLES: tuple[Role, ...] = (
    "api", "worker", "projector", "auditor", "sealer", "eraser", "notifier", "owner",
)  # fmt: skip


@pytest.fixture
def reader(database: Database) -> Iterator[psycopg.Connection]:
    """The owner of the database."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        yield connection


def test_this_release_ends_at_the_revision_that_it_migrates_to(database: Database) -> None:
    done, known = revisions(database.url, ledger_schema())
    assert newest_revision() == known[-1] == done
    # Compared as texts.
    names = [file.name for file in (schema_folder() / "migrations" / "versions").glob("*.py")]
    assert all(re.match(r"\d{4}_", name) for name in names)


def test_the_schema_promises_to_work_with_the_release_before(
    reader: psycopg.Connection, tmp_path: Path
) -> None:
    row = reader.execute("SELECT oldest FROM task_ledger.schema_revision()").fetchone()
    assert row == (newest_of(previous_release(tmp_path / "old")),)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_ask(reader: psycopg.Connection, role: Role) -> None:
    reader.execute(f"SET ROLE {group_role(role, 'task_ledger')}".encode())
    check_schema(reader)


def test_an_older_schema_is_refused(database: Database, reader: psycopg.Connection) -> None:
    put_at_revision(database, "0000")
    with pytest.raises(SchemaMismatch, match=r"at revision 0000.*needs 0001: run `task-ledger mi"):
        check_schema(reader)


def test_the_next_releases_schema_works_and_the_one_after_is_refused(
    database: Database, reader: psycopg.Connection
) -> None:
    put_at_revision(database, "0002", oldest="0001")
    check_schema(reader)
    put_at_revision(database, "0003", oldest="0002")
    with pytest.raises(SchemaMismatch, match=r"at revision 0003.* ends at 0001: upgrade the pack"):
        check_schema(reader)


@pytest.mark.parametrize(
    "ask",
    [check_schema, lambda c: read_events(c, new_task_id())],
    ids=["when it starts", "when it reads"],
)
def test_a_database_without_a_ledger_is_refused(
    empty_database: Database, ask: Callable[[psycopg.Connection], object]
) -> None:
    with (
        psycopg.connect(empty_database.url, autocommit=True) as connection,
        pytest.raises(SchemaMismatch, match=r"no ledger.*run `task-ledger migrate`"),
    ):
        ask(connection)


def test_a_missing_function_is_told_as_an_older_schema(
    database: Database, reader: psycopg.Connection
) -> None:
    with psycopg.connect(database.superuser_url) as owner:
        owner.execute("DROP FUNCTION task_ledger.schema_revision()")
    with pytest.raises(SchemaMismatch, match=r"older one: run `task-ledger migrate`.*schema_revis"):
        check_schema(reader)


def test_an_older_release_does_not_migrate_a_newer_schema(database: Database) -> None:
    put_at_revision(database, "0002", oldest="0001")
    with psycopg.connect(database.superuser_url, autocommit=True) as owner:
        owner.execute("DROP FUNCTION task_ledger.take_next_steps")
        with pytest.raises(SchemaMismatch, match=r"at revision 0002.*nothing was changed"):
            upgrade(database.url)
        replaced = "SELECT to_regproc('task_ledger.take_next_steps')"
        assert owner.execute(replaced).fetchone() == (None,)
