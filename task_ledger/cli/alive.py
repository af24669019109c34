"""`task-ledger alive`: whether this host's worker, or the projector, is working.

For health checks of containers: quick, only reads, and exits with status 1 if not.
"""

import socket
from typing import Final

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.printing import print_line
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.lag import read_lag

BEHIND_S: Final = 60.0

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Health checks for containers.")


@app.callback()
def alive() -> None:
    """Health checks for containers."""


@app.command()
def worker() -> None:
    """Check that a worker on this host renews its lease.

    In a container, the host is the container itself. Connects with the worker's login.
    """
    host = socket.gethostname()
    with connected("worker") as connection, ledger_errors():
        row = connection.execute(query("living_workers"), {"host": host}).fetchone()
    if not row or not row[0]:
        raise CommandFailed(f"No worker on {host} has a lease: is one running?")
    print_line(f"{row[0]} alive on {host}")


@app.command()
def projector() -> None:
    """Check that the projector keeps up: no event has waited for more than a minute.

    Several projectors share the work; any of them counts. Connects with the projector's login.
    """
    with connected("projector") as connection:
        lag = read_lag(connection)
    if lag.stopped:
        raise CommandFailed("A feed's sequence went back: run `task-ledger doctor`.")
    if lag.oldest_s > BEHIND_S:
        raise CommandFailed(f"{lag.events} events behind, the oldest for {lag.oldest_s:.0f} s.")
    print_line(f"{lag.events} events behind")
