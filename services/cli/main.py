"""The command line `task-ledger`."""

import typer

from services.cli import token
from services.cli.api import api
from services.cli.cancel import cancel
from services.cli.demo import demo
from services.cli.doctor import doctor
from services.cli.exits import Commands
from services.cli.export import export
from services.cli.migrate import migrate
from services.cli.projector import projector
from services.cli.rebuild import rebuild
from services.cli.show import show
from services.cli.tasks import tasks
from services.cli.timeline import timeline
from services.cli.up import up
from services.cli.verify import verify
from services.cli.worker import worker

RUN = "Run"
READ = "Read"
KEEP = "Keep"

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="An event-sourced ledger of what your Celery tasks did.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(rich_help_panel=RUN)(up)
app.command(rich_help_panel=RUN)(demo)
app.command(rich_help_panel=RUN)(api)
app.command(
    rich_help_panel=RUN,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(worker)
app.command(rich_help_panel=RUN)(projector)
app.command(rich_help_panel=READ)(tasks)
app.command(rich_help_panel=READ)(show)
app.command(rich_help_panel=READ)(timeline)
app.command(rich_help_panel=READ)(verify)
app.command(rich_help_panel=READ)(export)
app.command(rich_help_panel=KEEP)(doctor)
app.command(rich_help_panel=KEEP)(migrate)
app.command(rich_help_panel=KEEP)(cancel)
app.command(rich_help_panel=KEEP)(rebuild)
app.add_typer(token.app, name="token", rich_help_panel=KEEP)
