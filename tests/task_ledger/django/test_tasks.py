"""Django's Tasks framework: what it enqueues is a task of the ledger."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test.utils import override_settings

from task_ledger.django import LedgerCelery
from task_ledger.django.backend import LedgerBackend, priority_of
from task_ledger.django.tasks import run as run_task
from tests.task_ledger.django import jobs
from tests.task_ledger.django.conftest import Ledger, in_a_loop, label
from tests.task_ledger.django.shop.models import Order

APP = LedgerCelery("shop", broker="memory://", set_as_current=False)
RUN: Any = run_task


@pytest.fixture(autouse=True)
def current(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application of the project, as its package's import makes it."""
    state: Any = import_module("celery._state")
    monkeypatch.setattr(state, "default_app", APP)
    monkeypatch.setattr(state._tls, "current_app", None, raising=False)


def attempt(run: Any, result: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
    """Run the first attempt here, as a worker's process would."""
    registered = SimpleNamespace(task_id=UUID(result.id))
    return run(APP.tasks[RUN.name], registered, job.module_path, list(args), kwargs)


def test_it_is_enqueued_in_the_transaction_and_run_with_its_rows(run: Any, ledger: Ledger) -> None:
    name = label()
    with transaction.atomic():
        result = jobs.place.enqueue(name)
        assert ledger.events(UUID(result.id)) == []
    assert (str(result.status), result.args) == ("READY", [name])
    record = ledger.record(UUID(result.id))
    assert (record.task_type, record.task_name) == (jobs.place.module_path, "place")
    attempt(run, result, jobs.place, name)
    result.refresh()
    assert result.status == "SUCCESSFUL"
    assert result.return_value == {"order": Order.objects.get(label=name).pk}
    assert result.worker_ids == ["w"]
    assert result.enqueued_at <= result.started_at <= result.finished_at
    again = jobs.place.get_result(result.id)
    assert (again.task, again.args, again.kwargs) == (jobs.place, [], {})


def test_a_rollback_leaves_no_task(ledger: Ledger) -> None:
    with transaction.atomic():
        result = jobs.place.enqueue(label())
        transaction.set_rollback(True)
    with pytest.raises(jobs.framework.exceptions.TaskResultDoesNotExist):
        jobs.place.get_result(result.id)


def test_an_error_ends_it_with_its_class_and_no_rows(run: Any, ledger: Ledger) -> None:
    name = label()
    result = jobs.place.enqueue(name, fails=True)
    with pytest.raises(ValueError, match="no stock"):
        attempt(run, result, jobs.place, name, fails=True)
    result.refresh()
    assert result.status == "FAILED"
    (error,) = result.errors
    assert (error.exception_class, error.traceback) == (ValueError, "ValueError: no stock")
    assert not Order.objects.filter(label=name).exists()


def test_a_coroutine_writes_in_the_tasks_transaction(run: Any, ledger: Ledger) -> None:
    name = label()
    result = jobs.aplace.enqueue(name)
    assert attempt(run, result, jobs.aplace, name) == name
    assert Order.objects.filter(label=name).exists()
    assert ledger.types(UUID(result.id))[-1] == "completed"


def test_it_is_enqueued_from_async_code(ledger: Ledger) -> None:
    async def enqueue() -> Any:
        result = await jobs.place.aenqueue(label())
        return await jobs.place.aget_result(result.id)

    assert in_a_loop(enqueue).status == "READY"


def test_a_time_a_queue_and_a_priority_are_stored(ledger: Ledger) -> None:
    due = datetime.now(UTC) + timedelta(days=1)
    result = jobs.describe.using(run_after=due).enqueue()
    row = ledger.connection.execute(
        "SELECT o.due_at, m.routing_key, m.properties ->> 'priority' FROM task_ledger.message m"
        " JOIN task_ledger.outbox o ON o.task_id = m.task_id WHERE m.task_id = %s",
        (UUID(result.id),),
    ).fetchone()
    assert row == (due, "reports", "5")
    default = jobs.place.enqueue(label())
    assert ledger.record(UUID(default.id)).queue == "celery"


@pytest.mark.parametrize(
    ("broker", "wanted"),
    [("amqp://h", [0, 4, 9]), ("redis://h", [9, 5, 0]), ("valkeys://h", [9, 5, 0])],
)
def test_the_highest_priority_is_delivered_first(
    broker: str, wanted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(APP.conf, "broker_url", broker)
    assert [priority_of(each) for each in (-100, 0, 100)] == wanted


def test_a_task_may_take_its_context(run: Any, ledger: Ledger) -> None:
    result = jobs.describe.enqueue()
    assert attempt(run, result, jobs.describe) == [result.id, 1]


def test_options_name_project_actor_and_attempts(ledger: Ledger) -> None:
    backend = LedgerBackend(
        "default", {"OPTIONS": {"project_id": "other", "actor": "cron", "max_attempts": 2}}
    )
    result = backend.enqueue(jobs.place, ["x"], {})
    record = ledger.record(UUID(result.id))
    assert (record.project_id, record.actor, record.max_attempts) == ("other", "cron", 2)


def test_an_id_of_something_else_has_no_result(ledger: Ledger) -> None:
    from task_ledger.django import enqueue
    from tests.task_ledger.django.test_enqueue import charge

    for id in ("none", label(), str(enqueue(charge.s(1)).task_id)):
        with pytest.raises(jobs.framework.exceptions.TaskResultDoesNotExist):
            LedgerBackend("default", {}).get_result(id)


def test_without_time_zones_its_times_are_naive(ledger: Ledger) -> None:
    with override_settings(USE_TZ=False):
        result = jobs.place.enqueue(label())
        found = jobs.place.get_result(result.id)
    assert found.enqueued_at.tzinfo is None
