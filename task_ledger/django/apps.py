"""The application `task_ledger.django` in INSTALLED_APPS."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from django.db.models.signals import pre_migrate


class TaskLedgerConfig(AppConfig):
    """Registers system checks, and makes Django's `migrate` migrate the ledger's schema too."""

    name = "task_ledger.django"
    label = "task_ledger"
    verbose_name = "Task Ledger"

    def ready(self) -> None:
        """Connect the signal handlers."""
        from task_ledger.django import checks, stray_threads

        register(checks.check_settings)
        register(checks.check_schema, Tags.database)
        connection_created.connect(
            stray_threads.keep_from_writing, dispatch_uid="task_ledger.stray_threads"
        )
        pre_migrate.connect(migrate_ledger, sender=self, dispatch_uid="task_ledger.migrate")


def migrate_ledger(using: str, verbosity: int = 1, **_: Any) -> None:
    """Migrate the ledger's schema before Django's migrations, also in a test database.

    Uses its own connection, and commits. Does nothing if TASK_LEDGER['MIGRATE'] is False or another
    database is being migrated.

    Raises:
        LedgerError: this database cannot hold the ledger, or Django's tables would be created in
            the ledger's schema; says what to change.
    """
    from task_ledger.django import conf
    from task_ledger.django.schema import check_search_path, migrate

    if using != conf.database() or not conf.migrates():
        return
    for line in migrate(conf.database_url(using)):
        if verbosity >= 1:
            print(f"  {line}")  # noqa: T201 (as Django's migrate tells what it does)
    check_search_path(using)
