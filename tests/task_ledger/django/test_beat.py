"""django-celery-beat: a tracked entry's task and the time of its start are one commit."""

from datetime import timedelta
from typing import Any

import pytest
from celery.signals import before_task_publish
from django.test.utils import override_settings
from django.utils.timezone import now
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from task_ledger import LedgerTask
from task_ledger.celery.schedulers import registering
from task_ledger.django import LedgerCelery
from task_ledger.django.beat import RegistersInDatabase
from task_ledger.errors import UnsupportedConfiguration
from tests.task_ledger.django.conftest import Ledger, label

APP = LedgerCelery("shop", broker="memory://", set_as_current=False)


@APP.task(name="sweep", task_type="sweep", shared=False)
def sweep(self: LedgerTask) -> None:
    """Is tracked."""


@APP.task(name="plain", shared=False)
def plain() -> None:
    """Is not tracked."""


@pytest.fixture(autouse=True)
def entries(ledger: Ledger) -> Any:
    """No entries but the test's own."""
    PeriodicTask.objects.all().delete()
    yield
    PeriodicTask.objects.all().delete()


def entry(task: str, **options: Any) -> PeriodicTask:
    """An entry that is due."""
    hour, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.HOURS)
    return PeriodicTask.objects.create(
        name=label(), task=task, interval=hour, last_run_at=now() - timedelta(hours=2), **options
    )


def scheduler() -> Any:
    """What `celery beat` runs where django-celery-beat's scheduler is set."""
    made = registering(DatabaseScheduler, APP)(app=APP, lazy=True)
    made.install_default_entries = lambda data: None
    return made


def tick(beat: Any) -> None:
    """Start what is due."""
    for _ in range(5):
        if beat.tick() != 0:
            return


def started(ledger: Ledger, name: str) -> list[Any]:
    """The tasks that an entry has started: project, actor."""
    return ledger.connection.execute(
        "SELECT project_id, actor FROM task_ledger.task_event WHERE type = 'registered'"
        " AND private -> 'metadata' ->> 'schedule' = %s",
        (name,),
    ).fetchall()


def test_the_stock_scheduler_is_combined_with_what_registers() -> None:
    assert issubclass(registering(DatabaseScheduler, APP), RegistersInDatabase)


def test_a_tracked_entry_is_registered_and_counted(ledger: Ledger) -> None:
    due = entry("sweep")
    beat = scheduler()
    tick(beat)
    assert started(ledger, due.name) == [("shop", "beat")]
    due.refresh_from_db()
    assert due.total_run_count == 1
    assert due.last_run_at is not None
    assert due.last_run_at > now() - timedelta(minutes=1)
    tick(beat)
    beat.sync()
    assert len(started(ledger, due.name)) == 1


def test_what_cannot_be_registered_is_not_counted(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = entry("sweep", one_off=True)
    before = due.last_run_at
    beat = scheduler()
    with monkeypatch.context() as patched:
        patched.setitem(APP.conf, "task_always_eager", True)
        tick(beat)
    beat.sync()
    due.refresh_from_db()
    assert started(ledger, due.name) == []
    assert (due.total_run_count, due.enabled, due.last_run_at) == (0, True, before)
    # As at its next time.
    beat._heap = None
    tick(beat)
    due.refresh_from_db()
    assert len(started(ledger, due.name)) == 1
    # The scheduler disables an entry that has run once, and resets its count, when it next looks:
    # within the tick on Celery 5.6.
    assert (due.total_run_count, due.enabled) in {(1, True), (0, False)}


def test_one_commit_for_the_task_and_its_entry(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is saved after the task is registered: when that fails, there is no task."""
    due = entry("sweep")
    beat = scheduler()

    def fail(self: Any) -> None:
        raise RuntimeError("the process dies")

    monkeypatch.setattr(beat.Entry, "save", fail)
    tick(beat)
    assert started(ledger, due.name) == []


def test_an_untracked_entry_goes_to_the_broker(ledger: Ledger) -> None:
    due = entry("plain")
    beat = scheduler()
    sent: list[str] = []

    def note(sender: str, **_: Any) -> None:
        sent.append(sender)

    # Held: when one that is not goes away, Celery 5.6 replaces the list of receivers, and apps that
    # have already sent a task keep looking at the old one.
    before_task_publish.connect(note, weak=False)
    tick(beat)
    before_task_publish.disconnect(note)
    assert (started(ledger, due.name), sent) == ([], ["plain"])
    beat.sync()
    due.refresh_from_db()
    assert due.total_run_count == 1


def test_entries_in_another_database_are_refused() -> None:
    with (
        override_settings(TASK_LEDGER={"DATABASE": "other"}),
        pytest.raises(UnsupportedConfiguration, match="route django_celery_beat"),
    ):
        scheduler()
