"""The Celery application of a Django project."""

from typing import Any, Final
from uuid import UUID

from celery import bootsteps

from task_ledger.celery.app import LedgerCelery as PlainLedgerCelery
from task_ledger.celery.defaults import set_defaults
from task_ledger.celery.run.body_transaction import BodyTransaction
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.database import libpq_url

REUSE_MAX: Final = 1000
"""Number of tasks after which a worker closes Django's connections, unless CELERY_DB_REUSE_MAX is
set."""


class CheckDjango(bootsteps.Step):
    """Keeps a worker from starting if Django's settings would break a guarantee."""

    def __init__(self, parent: Any, **options: Any) -> None:
        """Run the system checks that concern workers.

        Raises:
            UnsupportedConfiguration: says what to change.
        """
        super().__init__(parent, **options)
        from task_ledger.django.checks import worker_problems

        problems = list(worker_problems(parent.app))
        if problems:
            raise UnsupportedConfiguration("; ".join(problems))


class LedgerCelery(PlainLedgerCelery):
    """A Celery application whose tasks are tracked and may use Django's ORM.

    The ledger is in the Django database named by TASK_LEDGER['DATABASE'], by default `default`. A
    tracked task's rows, its `completed` event and the messages it sends are one commit on Django's
    connection. An untracked task runs as in any Celery worker with Django.

    Set DJANGO_SETTINGS_MODULE before creating it, as for any Celery application of a Django
    project.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.steps["worker"].add(CheckDjango)
        self.autodiscover_tasks(["task_ledger.django"])

    @property
    def connections(self) -> Connections:
        """The ledger's own connections, for progress, claims and ends without rows.

        Their URL is read from Django at every use, so that Django's tests use the test database.

        Raises:
            UnsupportedConfiguration: the database is not PostgreSQL.
        """
        from task_ledger.django import conf

        url = self._ledger_url or conf.database_url(conf.database())
        if self._connections is None or self._connections.url != libpq_url(url):
            self._connections = Connections(url, **self._engine_options)
        return self._connections

    def body_transaction(self, mark: UUID, *, tracked: bool) -> BodyTransaction:
        """The transaction for the rows of one run, on Django's connection."""
        from task_ledger.django import conf
        from task_ledger.django.transaction import AutocommitTransaction, OrmTransaction

        kind = OrmTransaction if tracked else AutocommitTransaction
        return kind(conf.database(), mark)

    def registers_entries_of(self, scheduler: type) -> type:
        """The mixin for beat's scheduler; django-celery-beat has its own."""
        if any(each.__module__ == "django_celery_beat.schedulers" for each in scheduler.__mro__):
            from task_ledger.django.beat import RegistersInDatabase

            return RegistersInDatabase
        return super().registers_entries_of(scheduler)

    def _load_config(self) -> Any:
        from task_ledger.django import conf as django_conf

        conf: Any = super()._load_config()
        defaults: dict[str, Any] = {"CELERY_DB_REUSE_MAX": REUSE_MAX}
        if project := django_conf.project():
            defaults["ledger_beat_project"] = project
        set_defaults(conf, defaults)
        return conf
