"""The command line `task-ledger`."""

import typer

from task_ledger.cli.lazy import LazyCommands

app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="An event-sourced ledger for Celery tasks.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def task_ledger() -> None:
    """Makes the application a group, whose commands `LazyCommands` finds."""
