"""Migrating a server of somebody else's, with a login that is no superuser."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from services.plugin import takeoff
from task_ledger.ops.migrate import upgrade
from task_ledger.ops.roles import group_roles
from task_ledger.ops.settings import Role, with_role
from tests.servers import quick_postgres


@pytest.mark.parametrize("role", ["api", "worker", "projector", "auditor", "sealer", "notifier"])
def test_a_login_that_may_create_roles_can_migrate_and_act_as_every_service(
    plain_login: str, role: Role
) -> None:
    with psycopg.connect(with_role(plain_login, f"task_ledger_{role}")) as connection:
        row = connection.execute("SELECT current_user").fetchone()
    assert row == (f"task_ledger_{role}",)


def test_migrating_again_with_that_login_changes_nothing(plain_login: str) -> None:
    upgrade(plain_login)
    with psycopg.connect(plain_login) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", (list(group_roles()),)
        ).fetchone()
    assert row == (len(group_roles()),)


@pytest.fixture(scope="module")
def plain_login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a migrated database for a login with CREATEROLE and nothing more."""
    folder: Path = tmp_path_factory.mktemp("plain")
    with quick_postgres(folder) as server:
        with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
            connection.execute("CREATE ROLE plain LOGIN CREATEROLE PASSWORD 'plain'")
            connection.execute("ALTER ROLE plain SET createrole_self_grant = ''")
            connection.execute("CREATE DATABASE plain OWNER plain")
        url = server.superuser_url("plain")
        scheme, _, rest = url.partition("://")
        url = f"{scheme}://plain:plain@{rest.rpartition('@')[2]}"

        upgrade(url, takeoff.schemas)
        yield url
