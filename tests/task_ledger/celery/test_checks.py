"""A worker does not start with a configuration that breaks a promise; it says what to change."""

import subprocess
import sys
from typing import Any

import pytest
from celery import _state
from celery.concurrency.base import BasePool
from celery.concurrency.eventlet import TaskPool as EventletPool
from celery.concurrency.prefork import TaskPool

from task_ledger import LedgerCelery, LedgerTask
from task_ledger.celery.checks import check, pool_of
from task_ledger.errors import UnsupportedConfiguration
from tests.task_ledger.celery.conftest import Stack


@pytest.fixture(autouse=True)
def _only_its_own_tasks(  # pyright: ignore[reportUnusedFunction]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Celery gives each application the tasks of all others that the process has imported."""
    shared: set[Any] = vars(_state)["_on_app_finalizers"]
    own = {make for make in shared if make.__module__ == "celery.app.builtins"}
    monkeypatch.setattr(_state, "_on_app_finalizers", own)


@pytest.mark.parametrize(
    ("settings", "pool", "advice"),
    [
        ({"task_always_eager": True}, "prefork", "task_always_eager"),
        ({"worker_deduplicate_successful_tasks": True}, "prefork", "refuses duplicates by itself"),
        ({"task_protocol": 1}, "prefork", "set it to 2"),
        ({"task_time_limit": 10}, "thread", "--pool prefork"),
        ({"task_soft_time_limit": 10}, "solo", "--pool prefork"),
        ({"ledger_lease_expire_s": 3601}, "prefork", "at most 3600"),
        ({"ledger_lease_expire_s": 0}, "prefork", "at most 3600"),
        ({"worker_consumer": "celery.worker.consumer:Consumer"}, "prefork", "LedgerConsumer"),
        ({"ledger_lease_renew_s": 30}, "prefork", "at least twice"),
        ({"ledger_lease_expire_s": 6}, "thread", "at least twice"),
    ],
)
def test_a_setting_that_breaks_a_promise_is_refused(
    settings: dict[str, Any], pool: str, advice: str
) -> None:
    app = LedgerCelery(set_as_current=False)
    check(app, pool)
    app.conf.update(settings)
    with pytest.raises(UnsupportedConfiguration, match=advice):
        check(app, pool)


def test_a_pool_of_the_applications_own_counts_as_the_one_that_it_inherits() -> None:
    class OwnPool(TaskPool): ...

    class Greenlets(EventletPool): ...

    assert pool_of(OwnPool) == "prefork"
    assert pool_of(Greenlets) == "eventlet"
    assert pool_of(BasePool) == "base"


@pytest.mark.parametrize("setting", [False, True])
def test_tracked_tasks_are_acknowledged_late_and_others_as_the_application_says(
    setting: bool,
) -> None:
    app = LedgerCelery(set_as_current=False)
    app.conf.task_acks_late = setting

    def body(*_: object) -> None: ...

    tracked = app.task(name="late", task_type="plain")(body)
    untracked = app.task(name="as_set")(body)
    own = app.task(name="own", acks_late=not setting)(body)
    check(app, "prefork")
    assert (tracked.acks_late, untracked.acks_late, own.acks_late) == (True, setting, not setting)


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"acks_late": False}, "remove acks_late=False"),
        ({"time_limit": 5}, "--pool prefork"),
        ({"retry_on_worker_lost": True}, "remove retry_on_worker_lost"),
        ({"Request": "celery.worker.request:Request"}, "must inherit from LedgerRequest"),
    ],
)
def test_a_task_that_breaks_a_promise_is_refused(options: dict[str, Any], advice: str) -> None:
    app = LedgerCelery(set_as_current=False)

    @app.task(name=f"bad.{advice}", task_type="plain", **options)
    def bad(self: object) -> None: ...

    with pytest.raises(UnsupportedConfiguration, match=advice):
        check(app, "thread")


def test_a_class_that_surrounds_bodies_past_the_ledger_is_told_where_to_do_it() -> None:
    class InContext(LedgerTask):
        abstract = True

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return self.run(*args, **kwargs)

    app = LedgerCelery(set_as_current=False)

    @app.task(name="surrounded", base=InContext, task_type="plain")
    def surrounded(self: object) -> None: ...

    with pytest.raises(UnsupportedConfiguration, match=r"body_context\(\)"):
        check(app, "prefork")


@pytest.mark.parametrize("pool", ["eventlet", "gevent", "asyncio"])
def test_a_pool_of_greenlets_is_refused(pool: str) -> None:
    with pytest.raises(UnsupportedConfiguration, match="--pool prefork, threads or solo"):
        check(LedgerCelery(set_as_current=False), pool)


@pytest.mark.parametrize("pool", ["threads", "solo"])
def test_a_worker_refuses_to_start_and_says_what_to_change(stack: Stack, pool: str) -> None:
    code = (
        "from tests.task_ledger.celery.app import app\n"
        "app.conf.task_time_limit = 10\n"
        f"app.worker_main(['worker', '--pool', '{pool}', '-l', 'ERROR'])\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], env=stack.environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert process.returncode != 0
    assert "use --pool prefork" in process.stderr + process.stdout
