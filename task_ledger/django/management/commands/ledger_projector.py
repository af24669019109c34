"""`manage.py ledger_projector`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from task_ledger.cli.spawn import become, settings_of
from task_ledger.django.management.processes import set_environment


class Command(BaseCommand):
    """Replaces this process by the projector."""

    help = "Runs the projector, which folds, numbers and publishes. Any number may run."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option for the parts to run."""
        parser.add_argument("--only", help="Parts to run, of fold,relay,reconcile,months.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Start it; does not return."""
        only = options["only"]
        set_environment()
        settings_of("projector", broker=only is None or "relay" in only)
        become("task_ledger.projector", *(("--only", only) if only else ()))
