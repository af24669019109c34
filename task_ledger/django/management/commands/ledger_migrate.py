"""`manage.py ledger_migrate`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DjangoError
from sqlalchemy.exc import DBAPIError

from task_ledger.django import conf
from task_ledger.django.schema import migrate
from task_ledger.errors import LedgerError


class Command(BaseCommand):
    """Migrates the ledger's schema."""

    help = (
        "Brings the ledger's schema up to date, and opens the log's partitions for the months to"
        " come. Safe to run again, and while services run."
    )
    requires_system_checks: Any = ()

    def handle(self, *_: Any, **__: Any) -> None:
        """Migrate with the login of TASK_LEDGER['DATABASE_URL'], or Django's own if it is not
        set."""
        own = conf.configured().get("DATABASE_URL")
        try:
            done = list(migrate(str(own) if own else conf.database_url(conf.database())))
        except (LedgerError, DBAPIError, DjangoError) as error:
            raise CommandError(str(error)) from error
        for line in done or ["task_ledger: was at the newest revision"]:
            self.stdout.write(line)
