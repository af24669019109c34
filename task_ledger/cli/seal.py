"""`task-ledger seal`: open a sealed log, inspect it, manage its keys, export seals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import checked
from task_ledger.cli.exits import USAGE, WRONG, CommandFailed
from task_ledger.cli.options import Json, Project
from task_ledger.cli.printing import print_json, print_line, print_table, say, shown, time_of
from task_ledger.cli.seal_files import log_location

if TYPE_CHECKING:
    from task_ledger.sealer.alarms import Alarm
    from task_ledger.sealer.status import SealStatus

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Open a sealed log, inspect it, manage its keys, export seals.",
)


@app.command("open")
def open_(
    name: Annotated[str, typer.Argument(help="The log's name, such as example.com/ledger.")],
    after: Annotated[
        Path | None,
        typer.Option(help="The last checkpoint, or a seal, of the previous log."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why the previous log ended; published.")] = "",
) -> None:
    """Open a sealed log: create the sealer's state and key, and print the key for auditors."""
    location = log_location()
    from task_ledger.sealer.location import open_log
    from task_ledger.sealer.verify_seal import checkpoint_in

    if (after is None) != (not reason):
        raise CommandFailed("Name --after and --reason together.", USAGE)
    try:
        before = None if after is None else checkpoint_in(after.read_bytes())
        key = open_log(location, name, before, reason)
    except (OSError, ValueError) as error:
        raise CommandFailed(str(error), USAGE) from error
    print_line(key.verifier.encode())
    say(f"Give this key to auditors. The signing key is in {location.keys}: back it up.")


@app.command()
def status(json: Json = False) -> None:
    """Show the seals' progress and alarms. Exits with status 1 if an alarm is active."""
    from dataclasses import asdict

    location = log_location()
    from task_ledger.sealer.status import seal_status

    found = seal_status(location.state)
    if json:
        print_json(asdict(found))
    else:
        print_table(("what", "found"), _rows(found))
        for alarm in found.standing:
            print_line(_told(alarm), "bold red")
    if found.standing:
        raise typer.Exit(WRONG)


@app.command()
def key(json: Json = False) -> None:
    """Print the keys that verify this log's signatures, newest first."""
    location = log_location()
    from task_ledger.sealer.key_file import read_key_file

    vkeys = [each.verifier.encode() for each in read_key_file(location.keys, datetime.now(UTC))]
    if json:
        print_json(vkeys)
        return
    for vkey in vkeys:
        print_line(vkey)


@app.command()
def rotate(
    overlap_days: Annotated[
        float, typer.Option(min=0, max=3650, help="Days for which the old key also signs.")
    ] = 30.0,
) -> None:
    """Add a new signing key; the running sealer signs with both and records both in the log."""
    location = log_location()
    from task_ledger.sealer.key_file import rotate_key_file

    made = rotate_key_file(location.keys, datetime.now(UTC), timedelta(days=overlap_days))
    print_line(made.verifier.encode())
    say(f"Give this key to auditors within {overlap_days:g} days.")


@app.command()
def export(
    project: Project,
    since: Annotated[
        int,
        typer.Option(min=0, help="The log's size in the auditor's kept checkpoint."),
    ] = 0,
) -> None:
    """Write a project's newest seal to standard output, to verify its export. Reads the leaves of
    retired months from the database."""
    location = log_location()
    from task_ledger.sealer.postgres import PostgresSource
    from task_ledger.sealer.rest_proof import rest_proof

    try:
        with PostgresSource(checked(settings().url_for("sealer"))) as source:
            print_json(rest_proof(location.state, location.store(), source, project, since))
    except ValueError as error:
        raise CommandFailed(f"The log never had the size {since}.", USAGE) from error


def _rows(found: "SealStatus") -> list[tuple[str, str]]:
    recheck = found.recheck
    cycle = "the first cycle has not ended"
    if recheck.finished_at is not None:
        cycle = f"last cycle ended {_time(recheck.finished_at)}, took {recheck.took_s} s"
    return [
        ("log", shown(found.origin)),
        ("published", f"{found.size} entries, {_time(found.published_at)}"),
        ("waiting", f"{found.unpublished} entries"),
        ("sealed", f"{found.events - found.unsealed} events of {found.projects} projects"),
        ("read, not sealed", f"{found.unsealed} events"),
        ("old events", f"{recheck.events} read again in this cycle; {cycle}"),
        *(("key", vkey) for vkey in found.vkeys),
        ("alarms", f"{len(found.standing)} active, {len(found.cleared)} cleared"),
    ]


def _told(alarm: "Alarm") -> str:
    where = "the log" if alarm.project_id is None else f"project {shown(alarm.project_id)}"
    return f"{where}, since {_time(alarm.first_at)}: {shown(alarm.reason)}"


def _time(seconds: int | None) -> str:
    return time_of(None if seconds is None else datetime.fromtimestamp(seconds, UTC))
