"""Fixtures that every part of the suite may use, and what CI may skip."""

import inspect
import os
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from weakref import WeakSet

import psycopg
import pytest
from celery import _state
from celery.app import builtins
from psycopg import sql

from services.plugin import takeoff
from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from task_ledger.ops.settings import Settings
from tests.brokers import NAME, SPACES, Broker, Brokers
from tests.rabbitmq import RabbitMQ
from tests.scheduling import LoadSystemScheduling
from tests.servers import Database, fresh_database, quick_folder, quick_postgres
from tests.takeoff.samples import ABSENT, NO_DRAWINGS

# pytest takes plug-ins from the top conftest alone.
pytest_plugins = ["task_ledger.testing.plugin"]

# What only RabbitMQ does is tested where RabbitMQ is the broker under test.
collect_ignore_glob = [] if NAME == "rabbitmq" else ["*_on_rabbitmq.py"]

_TEMPLATE = "task_ledger_template"

_next_broker = cycle(range(SPACES))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The run's PostgreSQL server, with fsync off."""
    with (
        quick_folder(tmp_path_factory.mktemp("postgres")) as folder,
        quick_postgres(folder) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """The run's Valkey server."""
    folder = tmp_path_factory.mktemp("valkey")
    with EmbeddedValkey(folder, databases=SPACES) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres) -> str:
    """Name of a database that was migrated once; copying it is faster than migrating again."""
    from task_ledger.ops.migrate import upgrade

    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    upgrade(postgres.url_of(_TEMPLATE), takeoff.schemas)
    return _TEMPLATE


@pytest.fixture
def database(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Database]:
    """A migrated database of the test's own."""
    with fresh_database(postgres, migrated_template) as database:
        yield database


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[Database]:
    """A database of the test's own with nothing in it."""
    with fresh_database(postgres) as database:
        yield database


@pytest.fixture(scope="session")
def brokers(valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    """The run's broker: Valkey, or RabbitMQ with TASK_LEDGER_TEST_BROKER=rabbitmq."""
    if NAME == "valkey":
        yield Brokers(valkey)
        return
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq"), vhosts=SPACES) as rabbitmq:
        yield Brokers(valkey, rabbitmq)


@pytest.fixture
def broker(brokers: Brokers) -> Broker:
    """An empty broker, which no test near this one uses."""
    return brokers.space(next(_next_broker))


@pytest.fixture
def broker_url(broker: Broker) -> str:
    """The address of the test's empty broker."""
    return broker.url


@pytest.fixture
def settings(database: Database, broker_url: str, tmp_path: Path) -> Settings:
    """Settings for processes that work on the test's own database and broker."""
    return Settings.model_validate(
        {"database_url": database.url, "broker_url": broker_url, "var_dir": tmp_path / "var"}
    )


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    """This process's environment, with what a child process needs to get the same settings."""
    return {
        **os.environ,
        "TASK_LEDGER_DATABASE_URL": settings.login_url(),
        "TASK_LEDGER_BROKER_URL": settings.broker(),
        "TASK_LEDGER_VAR_DIR": str(settings.var_dir),
    }


@pytest.fixture(autouse=True)
def tasks_of_its_own() -> Iterator[None]:
    """The tasks that a test's functions declare reach no other test's applications.

    Celery adds each task that is declared with its default `shared=True` to every application
    that is made later, before that application's own of the same name.
    """
    state: Any = _state
    before = set(state._on_app_finalizers)
    yield
    for declared in state._on_app_finalizers - before:
        task = inspect.getclosurevars(declared).nonlocals.get("fun")
        # A module that the test imported is not imported again.
        if "<locals>" in getattr(task, "__qualname__", ""):
            state._on_app_finalizers.discard(declared)


@pytest.fixture
def no_shared_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """New Celery applications do not get the tasks that other tests' modules have declared.

    Nor do applications that are there get those that the test declares.
    """
    state: Any = _state
    builtin = {one for one in state._on_app_finalizers if one.__module__ == builtins.__name__}
    monkeypatch.setattr(state, "_on_app_finalizers", builtin)
    monkeypatch.setattr(state, "_apps", WeakSet())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadSystemScheduling | None:
    """Keep a folder that shares a system in one process."""
    return LoadSystemScheduling(config, log) if config.getoption("dist") == "loadfile" else None


def _fail_skips(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or os.environ.get("CI") != "true" or hasattr(report, "wasxfail"):
        return
    wants_drawings = isinstance(report.longrepr, tuple) and report.longrepr[2] == (
        f"Skipped: {NO_DRAWINGS}"
    )
    if not (ABSENT and wants_drawings):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped when CI is true: {report.longrepr}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report: pytest.TestReport = yield
    _fail_skips(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Iterator[None]:
    report: pytest.CollectReport = yield
    _fail_skips(report)
    return report
