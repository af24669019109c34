"""`settings.TASK_LEDGER`, the address of Django's database, and what the system checks say."""

from typing import Any

import psycopg
import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections
from django.test.utils import override_settings
from psycopg.conninfo import conninfo_to_dict

from task_ledger.django import LedgerCelery, conf
from task_ledger.django.checks import check_schema, check_settings, worker_problems
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.local.embedded import EmbeddedPostgres
from tests.servers import Database, fresh_database
from tests.task_ledger.django.conftest import point

APP = LedgerCelery("shop", broker="memory://", set_as_current=False)


def ids(found: list[Any]) -> list[str]:
    return [each.id for each in found]


@pytest.fixture
def options() -> Any:
    """Changes the settings of the connection `default` for one test."""
    settings = connections["default"].settings_dict
    before = dict(settings)
    yield settings
    settings.clear()
    settings.update(before)


@pytest.mark.parametrize(
    "told",
    [
        {"NAME": "a b", "USER": "u@x", "PASSWORD": "p/:@?%é", "HOST": "db.example", "PORT": 5433},
        {"NAME": "a", "USER": "", "PASSWORD": "", "HOST": "/run/postgresql", "PORT": "5433"},
        {"NAME": "a", "USER": "u", "PASSWORD": "", "HOST": "::1", "PORT": ""},
        {"NAME": "a", "USER": "u", "PASSWORD": "", "HOST": "", "PORT": ""},
        {"NAME": "a", "USER": "u", "PASSWORD": "", "HOST": "one,two", "PORT": "1,2"},
    ],
)
def test_the_address_is_that_of_djangos_connection(options: Any, told: dict[str, Any]) -> None:
    options.update(told, OPTIONS={"sslmode": "require", "pool": True, "assume_role": "shop"})
    found = conninfo_to_dict(conf.database_url("default"))
    wanted = {
        "dbname": told["NAME"], "user": told["USER"], "password": told["PASSWORD"],
        "host": told["HOST"], "port": str(told["PORT"]), "sslmode": "require",
        "options": "-c role=shop",
    }  # fmt: skip
    assert {k: str(v) for k, v in found.items()} == {k: v for k, v in wanted.items() if v}


def test_the_address_follows_djangos_connection_into_the_test_database(
    shop: Database, options: Any
) -> None:
    assert conninfo_to_dict(APP.connections.url)["dbname"] == options["NAME"]
    first = APP.connections
    assert APP.connections is first
    options["NAME"] = "test_shop"
    assert conninfo_to_dict(APP.connections.url)["dbname"] == "test_shop"


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(UnsupportedConfiguration, match="sqlite"):
        conf.database_url("file")


def test_settings_become_variables_of_processes(options: Any) -> None:
    told = {"PROJECT": "shop", "PORT": 8001, "API_DATABASE_URL": "postgresql://api@h/d"}
    with override_settings(TASK_LEDGER=told):
        found = conf.environment("redis://h/0")
    assert found == {
        "TASK_LEDGER_DATABASE_URL": conf.database_url("default"),
        "TASK_LEDGER_BROKER_URL": "redis://h/0",
        "TASK_LEDGER_PORT": "8001",
        "TASK_LEDGER_API_DATABASE_URL": "postgresql://api@h/d",
    }
    with (
        override_settings(TASK_LEDGER={"DATABSE": "x"}),
        pytest.raises(ImproperlyConfigured, match="DATABSE"),
    ):
        conf.environment(None)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"ACTOR": lambda: "a"}, []),
        ({}, ["task_ledger.W001"]),
        ({"ACTOR": "nowhere.at_all"}, ["task_ledger.E005"]),
        ({"ACTOR": 5}, ["task_ledger.E005"]),
        ({"ACTOR": lambda: "a", "DATABSE": "x"}, ["task_ledger.E001"]),
        ({"ACTOR": lambda: "a", "DATABASE": "none"}, ["task_ledger.E002"]),
        ({"ACTOR": lambda: "a", "DATABASE": "file"}, ["task_ledger.E002"]),
    ],
)
def test_what_the_checks_say_of_settings(told: dict[str, Any], found: list[str]) -> None:
    with override_settings(TASK_LEDGER=told):
        assert ids(check_settings()) == found


def test_what_the_checks_say_of_the_database(options: Any) -> None:
    options["OPTIONS"] = {"isolation_level": psycopg.IsolationLevel.SERIALIZABLE}
    options["AUTOCOMMIT"] = False
    assert ids(check_settings()) == ["task_ledger.E003", "task_ledger.E004"]
    options["OPTIONS"] = {"isolation_level": psycopg.IsolationLevel.READ_COMMITTED}
    options["AUTOCOMMIT"] = True
    assert check_settings() == []


def test_django_runs_them(shop: Database) -> None:
    with override_settings(TASK_LEDGER={}):
        assert "task_ledger.W001" in ids(run_checks())
    assert [i for i in ids(run_checks(databases=["default"])) if i.startswith("task_led")] == []


def test_a_worker_refuses_a_pool_of_djangos_and_a_plain_application(options: Any) -> None:
    from task_ledger import LedgerCelery as PlainLedgerCelery

    options["OPTIONS"] = {"pool": True}
    assert [each.partition(" ")[0] for each in worker_problems(APP)] == ["Django's"]
    options["OPTIONS"] = {}
    assert list(worker_problems(APP)) == []
    plain = PlainLedgerCelery("plain", broker="memory://", set_as_current=False)
    assert ["LedgerCelery" in each for each in worker_problems(plain)] == [True]


def test_a_schema_that_is_missing_is_said_and_made_by_the_command(
    postgres: EmbeddedPostgres, shop: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with fresh_database(postgres) as empty:
        point("default", empty)
        try:
            assert ids(check_schema(["default"])) == ["task_ledger.W002"]
            assert check_schema(["other"]) == []
            call_command("ledger_migrate")
            assert "task_ledger: applied 0001" in capsys.readouterr().out
            assert check_schema(["default"]) == []
            call_command("ledger_migrate")
            assert "was at the newest revision" in capsys.readouterr().out
        finally:
            point("default", shop)


def test_migrating_can_be_left_to_another_login(postgres: EmbeddedPostgres, shop: Database) -> None:
    with fresh_database(postgres) as empty:
        point("default", empty)
        try:
            with override_settings(TASK_LEDGER={"MIGRATE": False}):
                call_command("migrate", run_syncdb=True, verbosity=0)
                assert ids(check_schema(["default"])) == ["task_ledger.W002"]
            own = {"DATABASE_URL": empty.url}
            with override_settings(TASK_LEDGER=own):
                call_command("ledger_migrate", verbosity=0)
            assert check_schema(["default"]) == []
        finally:
            point("default", shop)


def test_tables_of_django_are_not_made_in_the_ledgers_schema(
    postgres: EmbeddedPostgres, shop: Database
) -> None:
    with fresh_database(postgres) as empty:
        point("default", empty)
        connections["default"].settings_dict["OPTIONS"] = {}
        try:
            with pytest.raises(UnsupportedConfiguration, match="search_path=public"):
                call_command("migrate", run_syncdb=True, verbosity=0)
        finally:
            point("default", shop)


def test_what_the_database_refuses_is_one_line(shop: Database, options: Any) -> None:
    connections["default"].close()
    options["PORT"] = "1"
    with pytest.raises(CommandError, match=r"connection"):
        call_command("ledger_migrate")
