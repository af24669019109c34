"""`task-ledger verify --sealed`: compare a project with its seal."""

from collections.abc import Sequence
from pathlib import Path

from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import checked
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.printing import print_json, print_line, progress_bar, shown, time_of
from task_ledger.cli.seal_files import log_location


def verify_sealed(file: Path, vkeys: Sequence[str], *, json: bool) -> None:
    """Check a seal with the log's keys, and the ledger's events against it.

    Raises:
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
    if json:
        print_json(
            {
                "verified": True,
                "project_id": seal.project_id,
                "sealed": seal.events,
                "sealed_at": seal.sealed_at,
                "log": seal.checkpoint.origin,
                "size": seal.checkpoint.size,
                "keys": [each.encode() for each in seal.keys],
            }
        )
        return
    print_line(
        f"project {shown(seal.project_id)}: numbers 1 to {seal.events} are as they were sealed at"
        f" {time_of(seal.sealed_at)}",
        "green",
    )
    for each in seal.keys:
        print_line(f"signed by {each.encode()}")
