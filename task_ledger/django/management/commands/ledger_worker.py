"""`manage.py ledger_worker`."""

from argparse import REMAINDER
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from task_ledger.django.management.processes import celery_application


class Command(BaseCommand):
    """Runs a worker of the project's Celery application."""

    help = (
        "Runs a worker of the project's Celery application, as `celery -A … worker` does. Options "
        "after `--` are passed to it: manage.py ledger_worker -- -c 4 -l INFO"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of Celery's worker."""
        parser.add_argument("options", nargs=REMAINDER, help="Options of `celery worker`.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Run the worker until it is stopped."""
        given = [each for each in options["options"] if each != "--"]
        celery_application().worker_main(["worker", *given])
