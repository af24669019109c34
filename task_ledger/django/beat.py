"""Support for django-celery-beat: a tracked entry's task and its start time are one commit."""

from typing import Any

from celery.beat import ScheduleEntry, SchedulingError
from django.db import router, transaction

from task_ledger.celery.beat_entry import is_tracked, start_entry
from task_ledger.celery.schedulers import RegistersTracked
from task_ledger.django import conf
from task_ledger.django.caller import DjangoTransaction
from task_ledger.errors import UnsupportedConfiguration


class RegistersInDatabase(RegistersTracked):
    """A mixin for django-celery-beat's scheduler: one commit for a task and its entry's start time.

    A tracked entry's task, `last_run_at` and `total_run_count` are committed together. If the task
    cannot be registered, Celery logs it and the entry is tried again when next due; the run is not
    counted, so a one-off entry is not used up. Untracked entries go to the broker as usual.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Initialise the scheduler.

        Raises:
            UnsupportedConfiguration: the entries are in another database than the ledger.
        """
        model: Any = getattr(self, "Model", None)
        alias = router.db_for_write(model)
        if alias != conf.database():
            raise UnsupportedConfiguration(
                f"django-celery-beat keeps its entries in the database {alias!r}, but the ledger "
                f"is in {conf.database()!r}: route django_celery_beat there, or run beat with -S "
                "task_ledger.celery.beat:LedgerScheduler"
            )
        super().__init__(*args, **options)

    def apply_async(
        self, entry: ScheduleEntry, producer: Any = None, advance: bool = True, **options: Any
    ) -> Any:
        """Register a tracked entry; send others as the scheduler sends them.

        Raises:
            SchedulingError: nothing was registered or sent.
        """
        scheduler: Any = self
        if not is_tracked(scheduler.app, entry):
            return super().apply_async(entry, producer, advance, **options)
        due: Any = scheduler.reserve(entry) if advance else entry
        alias = conf.database()
        try:
            with transaction.atomic(using=alias):
                task_id = start_entry(DjangoTransaction(alias), scheduler.app, due)
                due.save()
        except Exception as error:
            # The reserved entry shares this model: reset it, because it has not run.
            due.model.last_run_at = entry.last_run_at
            due.model.total_run_count = getattr(entry, "total_run_count", 0)
            raise SchedulingError(f"{entry.name} was not registered: {error}") from error
        finally:
            scheduler._dirty.discard(entry.name)
        return scheduler.app.AsyncResult(task_id)
