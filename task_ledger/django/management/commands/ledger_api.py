"""`manage.py ledger_api`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.spawn import become, check_server, server_arguments, settings_of
from task_ledger.django.management.processes import set_environment


class Command(BaseCommand):
    """Replaces this process by one that serves the HTTP API and the page."""

    help = "Runs the ledger's HTTP API and its page. Needs task-ledger[server]."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options for the address."""
        parser.add_argument("--host", help="Address to listen on.")
        parser.add_argument("--port", type=int, help="Its port.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Start it; does not return."""
        try:
            check_server()
        except CommandFailed as error:
            raise CommandError(str(error)) from error
        set_environment()
        told = settings_of("api", broker=True)
        become(
            *server_arguments(
                options["host"] or told.host, options["port"] or told.port, told.trusted_proxies
            )
        )
