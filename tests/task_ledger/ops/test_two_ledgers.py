"""Two ledgers of one server, with a role prefix each: neither's logins reach the other's log."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from pydantic import SecretStr

from services.plugin import takeoff
from task_ledger.cli.checks import roles
from task_ledger.errors import NotPermitted, WrongRolePrefix
from task_ledger.eventlog.append import request_cancel
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.migrate import upgrade
from task_ledger.ops.settings import Role, Settings
from tests.deploy.test_passwords import psql
from tests.histories import registered
from tests.servers import quick_postgres
from tests.task_ledger.local.children import REPOSITORY

SERVICES: tuple[Role, ...] = ("api", "worker", "projector", "auditor", "sealer", "notifier")


@dataclass(frozen=True)
class Tenant:
    """A team with a database, a login that migrates it, and a login for each service."""

    name: str
    settings: Settings
    server: EmbeddedPostgres

    def login(self, role: Role, database: str) -> str:
        """The address of any database, for the login of one of this tenant's services."""
        at = self.server.superuser_url(database).rpartition("@")[2]
        return f"postgresql://{self.name}_{role}_login:{role}@{at}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of this module's own: roles belong to all of its databases."""
    with quick_postgres(tmp_path_factory.mktemp("two_ledgers")) as server:
        yield server


@pytest.fixture(scope="module")
def tenants(server: EmbeddedPostgres) -> tuple[Tenant, Tenant]:
    return tenant(server, "red"), tenant(server, "blue")


def tenant(server: EmbeddedPostgres, name: str) -> Tenant:
    url = make_database(server, name)
    settings = Settings(database_url=SecretStr(url), role_prefix=name)
    upgrade(url, takeoff.schemas, name)
    subprocess.run(
        [psql(), "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction", "-f",
         str(REPOSITORY / "deploy" / "passwords.sql"), url],
        env=os.environ | {f"POSTGRES_{role.upper()}_PASSWORD": role for role in SERVICES},
        check=True, timeout=60,
    )  # fmt: skip
    return Tenant(name, settings, server)


def make_database(server: EmbeddedPostgres, name: str) -> str:
    """A database and a login that owns it and may create roles; the address for that login."""
    login = sql.Identifier(name)
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD 'migrates'").format(login)
        )
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(login, login))
    return f"postgresql://{name}:migrates@{server.superuser_url(name).rpartition('@')[2]}"


@pytest.mark.parametrize("role", SERVICES)
def test_no_login_of_one_may_connect_to_the_others_database(
    tenants: tuple[Tenant, Tenant], role: Role
) -> None:
    for mine, other in (tenants, tenants[::-1]):
        with psycopg.connect(mine.login(role, mine.name)) as connection:
            row = connection.execute(
                "SELECT count(seq) FROM task_ledger.project_timeline"
            ).fetchone()
            assert row == (0,)
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(mine.login(role, other.name))


@pytest.mark.parametrize("role", SERVICES)
def test_even_one_that_may_connect_reads_and_calls_nothing(
    tenants: tuple[Tenant, Tenant], role: Role
) -> None:
    mine, other = tenants
    with psycopg.connect(mine.server.superuser_url(), autocommit=True) as superuser:
        name = sql.Identifier(other.name)
        superuser.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO PUBLIC").format(name))
        try:
            with closing(psycopg.connect(mine.login(role, other.name), autocommit=True)) as reader:
                for statement in (
                    "SELECT count(seq) FROM task_ledger.project_timeline",
                    "SELECT task_ledger.feed_heads()",
                    "SELECT task_ledger.bucket_of(gen_random_uuid())",
                    "TABLE takeoff.project",
                ):
                    with pytest.raises(InsufficientPrivilege):
                        reader.execute(statement)
        finally:
            superuser.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(name))


def test_a_process_acts_as_the_roles_of_its_own_ledger(tenants: tuple[Tenant, Tenant]) -> None:
    for each in tenants:
        with psycopg.connect(each.settings.url_for("owner"), autocommit=True) as owner:
            task_id = registered(owner, "p1")
        with psycopg.connect(each.settings.url_for("api")) as api:
            assert request_cancel(api, task_id, "ops").outcome == "accepted"
            assert api.execute("SELECT current_user").fetchone() == (f"{each.name}_api",)


def test_doctor_finds_no_way_in(tenants: tuple[Tenant, Tenant]) -> None:
    for each in tenants:
        with psycopg.connect(each.settings.url_for("auditor"), autocommit=True) as connection:
            found = [
                *roles.grants(each.settings, connection),
                *roles.connect(each.settings, connection),
            ]
        assert [check.level for check in found] == ["ok"] * 4


def test_doctor_names_the_other_ledger_of_the_same_roles(server: EmbeddedPostgres) -> None:
    superuser = server.superuser_url()
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CREATE DATABASE staging")
        connection.execute("CREATE DATABASE production")
    for database in ("staging", "production"):
        upgrade(server.superuser_url(database), role_prefix="both")
    with psycopg.connect(server.superuser_url("staging"), autocommit=True) as connection:
        (found,) = roles.connect(Settings(role_prefix="both"), connection)
    assert found.level == "warn"
    assert found.found == "the ledger's roles may connect to production too"


def test_a_second_ledger_with_the_first_ones_roles_is_told_of_the_prefix(
    server: EmbeddedPostgres, tenants: tuple[Tenant, Tenant]
) -> None:
    url = make_database(server, "green")
    with pytest.raises(NotPermitted, match="set TASK_LEDGER_ROLE_PREFIX"):
        upgrade(url, role_prefix=tenants[0].name)


def test_a_ledger_is_not_migrated_with_the_prefix_of_another(
    tenants: tuple[Tenant, Tenant],
) -> None:
    mine, other = tenants
    with pytest.raises(WrongRolePrefix, match=r"set TASK_LEDGER_ROLE_PREFIX to red$"):
        upgrade(mine.settings.login_url(), role_prefix=other.name)
    upgrade(mine.settings.login_url(), takeoff.schemas, mine.name)


@pytest.mark.parametrize("prefix", ["pg_ledger", "Shop", "1st", "a b", 'x"', "", "p" * 41])
def test_a_prefix_is_part_of_a_name_without_quotes(prefix: str) -> None:
    with pytest.raises(WrongRolePrefix, match="must be lower-case letters"):
        upgrade("postgresql://nowhere.invalid/x", role_prefix=prefix)


def test_whoever_was_granted_something_in_the_database_may_still_connect(
    server: EmbeddedPostgres,
) -> None:
    url = make_database(server, "shop")
    at = url.rpartition("@")[2]
    with psycopg.connect(server.superuser_url("shop"), autocommit=True) as superuser:
        for login in ("reporting", "stranger"):
            superuser.execute(f"CREATE ROLE {login} LOGIN PASSWORD 'x'".encode())
        superuser.execute("CREATE TABLE article (id integer)")
        superuser.execute("GRANT SELECT ON article TO reporting")
    upgrade(url, role_prefix="shop_ledger")
    with psycopg.connect(f"postgresql://reporting:x@{at}") as reporting:
        assert reporting.execute("TABLE article").fetchall() == []
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(f"postgresql://stranger:x@{at}")


def test_what_is_granted_to_everybody_later_stays(server: EmbeddedPostgres) -> None:
    url = make_database(server, "open_house")
    upgrade(url, role_prefix="open_house_ledger")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("GRANT CONNECT ON DATABASE open_house TO PUBLIC")
    upgrade(url, role_prefix="open_house_ledger")
    with psycopg.connect(url) as owner:
        row = owner.execute(
            "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
        ).fetchone()
    assert row == (True,)


def test_a_login_named_like_the_ledgers_schema_makes_its_tables_elsewhere(
    server: EmbeddedPostgres,
) -> None:
    assert server.login == "task_ledger"
    upgrade(server.url, role_prefix="embedded")
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE article (id integer)")
        schema = connection.execute(
            "SELECT relnamespace::regnamespace::text FROM pg_class WHERE relname = 'article'"
        ).fetchone()
    assert schema == ("public",)
