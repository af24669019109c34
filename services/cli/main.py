"""The command line `task-ledger`."""

import typer

from services.cli import token
from services.cli.exits import Commands
from services.cli.migrate import migrate
from services.cli.show import show
from services.cli.up import up
from services.cli.verify import verify

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="An event-sourced ledger of what your Celery tasks did.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(up)
app.command()(migrate)
app.command()(show)
app.command()(verify)
app.add_typer(token.app, name="token")
