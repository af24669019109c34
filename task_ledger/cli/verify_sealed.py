"""`task-ledger verify --sealed`: compare a project with its seal."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import checked, connected
from task_ledger.cli.exits import USAGE, WRONG, CommandFailed
from task_ledger.cli.findings import print_finding
from task_ledger.cli.printing import print_json, print_line, progress_bar, shown, time_of
from task_ledger.cli.seal_files import log_location
from task_ledger.eventlog.verify import Scope, chains, one_snapshot

if TYPE_CHECKING:
    from task_ledger.sealer.verify_seal import CheckedSeal


def verify_sealed(file: Path, vkeys: Sequence[str], *, json: bool) -> None:
    """Check a seal with the log's keys, the ledger's events against it, and their digests.

    The seal covers digests, so they are recomputed from the events as well.

    Raises:
        typer.Exit: events do not match their digests; each is printed.
        CommandFailed: the file cannot be read, or a key is invalid.
        SealerError: something does not match.
        LedgerUnavailable, SettingsError.
    """
    log_location()  # says what is not installed
    from task_ledger.sealer.errors import InvalidNote
    from task_ledger.sealer.keys import parse_vkey
    from task_ledger.sealer.postgres import PostgresSource
    from task_ledger.sealer.verify_seal import check_events, check_seal

    try:
        keys = [parse_vkey(each) for each in vkeys]
        data = file.read_bytes()
    except (InvalidNote, OSError) as error:
        raise CommandFailed(str(error), USAGE) from error
    seal = check_seal(data, keys)
    bar = progress_bar()
    with PostgresSource(checked(settings().url_for("auditor"))) as source, bar:
        shows = bar.add_task("verifying", total=seal.events)
        check_events(source, seal, lambda number: bar.advance(shows, number))
    findings = 0
    with connected("auditor", autocommit=False) as connection, one_snapshot(connection):
        for finding in chains(connection, Scope(project_id=seal.project_id)):
            findings += 1
            print_finding(finding, json=json)
    if json:
        print_json(
            {
                "verified": findings == 0,
                "findings": findings,
                "project_id": seal.project_id,
                "sealed": seal.events,
                "sealed_at": seal.sealed_at,
                "log": seal.checkpoint.origin,
                "size": seal.checkpoint.size,
                "keys": [each.encode() for each in seal.keys],
            }
        )
    elif findings:
        where = f"project {shown(seal.project_id)}"
        print_line(f"{where}: {findings} tasks do not fit, though their digests were sealed", "red")
    else:
        _print_seal(seal)
    if findings:
        raise typer.Exit(WRONG)


def _print_seal(seal: "CheckedSeal") -> None:
    print_line(
        f"project {shown(seal.project_id)}: numbers 1 to {seal.events} are as they were sealed at"
        f" {time_of(seal.sealed_at)}",
        "green",
    )
    for each in seal.keys:
        print_line(f"signed by {each.encode()}")
