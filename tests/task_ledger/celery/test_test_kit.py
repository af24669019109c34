"""Celery's own kit for tests: its workers in a thread, and its fixtures' plain application."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from celery import Celery, shared_task
from celery.contrib.testing.app import TestApp, setup_default_app
from celery.contrib.testing.worker import start_worker

from task_ledger import LedgerCelery, LedgerTask
from tests.brokers import Broker
from tests.servers import Database

LEASES = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND datname = %s"


@pytest.mark.usefixtures("no_shared_tasks")
def test_a_worker_of_the_kit_leaves_no_thread_and_no_connection_of_its_lease(
    database: Database, broker: Broker
) -> None:
    app = LedgerCelery(
        "kit", broker=broker.url, ledger_url=database.url_for("worker"), set_as_current=False
    )
    for _ in range(2):
        with start_worker(app, perform_ping_check=False):
            assert lease_threads() == 1
        assert lease_threads() == 0
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        while connection.execute(LEASES, ("task-ledger lease", database.name)).fetchone() != (0,):
            pass


def lease_threads() -> int:
    """How many leases this process renews."""
    return [thread.name for thread in threading.enumerate()].count("task-ledger-lease")


@pytest.fixture
def plain_app() -> Iterator[Celery]:
    """As Celery's `celery_app`, with `celery_parameters` that name the task class."""
    app: Any = TestApp(set_as_current=False, task_cls=LedgerTask)
    with setup_default_app(app):
        app.set_current()
        yield app


def test_a_shared_task_with_a_type_runs_in_the_application_of_celerys_fixtures(
    plain_app: Celery,
) -> None:
    declare: Any = shared_task

    @declare(name="shared.typed", task_type="plain")
    def typed(self: LedgerTask, label: str) -> tuple[str, str, str | None]:
        return self.name, label, self.task_type

    found: Any = plain_app.tasks["shared.typed"]
    assert found.apply(("x",)).get() == ("shared.typed", "x", "plain")
    assert found("y") == ("shared.typed", "y", "plain")
    with pytest.raises(TypeError, match="takes 2 positional arguments"):
        found.apply_async(("too", "many"))
