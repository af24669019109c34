"""`task-ledger repair`: repair damage caused outside the ledger."""

from dataclasses import asdict

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.options import Json
from task_ledger.cli.printing import print_json, print_line
from task_ledger.eventlog.feeds import repair_feeds

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Repair parts of the log.")


@app.callback()
def repair() -> None:
    """Repair parts of the log."""


@app.command()
def feeds(json: Json = False) -> None:
    """Set the feeds' sequences past the log, and let the projector process the events it missed.

    Needed when a sequence went back or was not copied, as after logical replication to another
    server. Changes no event, and blocks writers while it runs. It gives up if a transaction that
    has written to the log stays open for more than five seconds: stop the workers, and try again.
    """
    with connected("projector") as connection:
        repaired = repair_feeds(connection)
    if json:
        print_json({"repaired": [asdict(feed) for feed in repaired]})
        return
    for feed in repaired:
        print_line(
            f"feed {feed.shard}: {feed.head} → {feed.set_to}, {feed.missed} events to be numbered"
        )
    if not repaired:
        print_line("Nothing to repair.")
