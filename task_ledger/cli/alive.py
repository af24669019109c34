"""`task-ledger alive`: check this container's process, or what a service gets done.

For health checks of containers: quick, only reads, and exits with status 1 if the check fails.
"""

import socket
import time
from typing import Annotated, Final

import typer

from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.printing import print_line
from task_ledger.cli.seal_files import log_location
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.lag import read_lag
from task_ledger.ops.heartbeat import VARIABLE, overdue

BEHIND_S: Final = 60.0

UNNOTIFIED_S: Final = 300.0

UNSEALED_S: Final = 3900
"""A checkpoint is published every hour, even without new events."""

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Health checks for containers.")


@app.callback()
def alive() -> None:
    """Health checks for containers."""


@app.command()
def process(
    within: Annotated[
        float, typer.Option(help="Seconds by which a part's next step may be overdue.", min=1)
    ] = 120.0,
) -> None:
    """Check that this container's process does not hang: each of its parts does its steps.

    For a projector, notifier, sealer, worker or beat that runs with the same
    `TASK_LEDGER_HEARTBEAT_DIR`. Connects to nothing, so it succeeds while the database is away.
    """
    folder = settings().heartbeat_dir
    if folder is None:
        raise CommandFailed(f"Set {VARIABLE} for the process and for this command.", USAGE)
    found = overdue(folder)
    if not found:
        raise CommandFailed(f"{folder} has no heartbeat: is the process running?")
    late = {part: seconds for part, seconds in found.items() if seconds > within}
    if late:
        parts = ", ".join(f"{part} for {seconds:.0f} s" for part, seconds in sorted(late.items()))
        raise CommandFailed(f"Overdue: {parts}.")
    print_line(f"{', '.join(sorted(found))} alive")


@app.command()
def worker() -> None:
    """Check that a worker on this host renews its lease.

    In a container, the host is the container itself. Connects with the worker's login.
    """
    host = socket.gethostname()
    with connected("worker") as connection, ledger_errors():
        row = connection.execute(query("living_workers"), {"host": host}).fetchone()
    if not row or not row[0]:
        raise CommandFailed(f"No worker on {host} has a valid lease: is one running?")
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


@app.command()
def notifier() -> None:
    """Check that the notifier keeps up: no event and no notification has waited for 5 minutes.

    Several notifiers share the work; any of them counts. Connects with the notifier's login.
    """
    from task_ledger.notifier.backlog import read_backlog

    with connected("notifier") as connection:
        found = read_backlog(connection)
    late_s = max(found.unread_s, found.due_s)
    if late_s > UNNOTIFIED_S:
        raise CommandFailed(
            f"{found.due} notifications are due, and events unread, for up to {late_s:.0f} s."
        )
    print_line(f"{found.due} notifications are due")


@app.command()
def sealer() -> None:
    """Check that the sealer signs: no active alarm, and a checkpoint within the last hour.

    Reads its state (`TASK_LEDGER_SEAL_DIR`) and connects to nothing.
    """
    location = log_location()
    from task_ledger.sealer.errors import StateUnavailable
    from task_ledger.sealer.status import seal_status

    try:
        found = seal_status(location.state)
    except StateUnavailable as error:
        raise CommandFailed(str(error)) from error
    if found.standing:
        raise CommandFailed("Nothing is signed: `task-ledger seal status` says why.")
    age_s = None if found.published_at is None else time.time() - found.published_at
    if age_s is None or age_s > UNSEALED_S:
        last = "nothing yet" if age_s is None else f"the last checkpoint {age_s:.0f} s ago"
        raise CommandFailed(f"The sealer has published {last}: is it running?")
    print_line(f"{found.events - found.unsealed} events sealed, {age_s:.0f} s ago")
