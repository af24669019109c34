"""`task-ledger verify`: check that the log was not altered."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from psycopg import Connection

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, WRONG, CommandFailed
from task_ledger.cli.findings import print_finding
from task_ledger.cli.options import Json
from task_ledger.cli.printing import print_json, print_line, progress_bar
from task_ledger.cli.verify_sealed import verify_sealed
from task_ledger.eventlog.access_log import AccessMisfit, verify_accesses
from task_ledger.eventlog.retired import missing
from task_ledger.eventlog.verify import (
    Scope,
    chains,
    closed,
    count,
    failures,
    one_snapshot,
    records,
    rollups,
    timelines,
    tracebacks,
)


def verify(
    *,
    task: Annotated[UUID | None, typer.Option(help="Verify one task.")] = None,
    project: Annotated[str | None, typer.Option(help="Verify the tasks of one project.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Verify everything; the default.")] = False,
    sealed: Annotated[
        Path | None, typer.Option(help="Seal file to check its project against.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="With --sealed: a verifier key of the log; repeatable.")
    ] = None,
    json: Json = False,
) -> None:
    """Recompute all digests, and compare timelines, records, groups of failures and tracebacks
    with the log. Without --task and --project, also compare the hourly rollups with the log, and
    verify the access log.

    Prints the first mismatching event of each task, and exits with status 1 if there is one. Events
    of closed months cannot be verified; they are counted.

    With --sealed, check a seal's proofs and signature, compare its project's events with it, and
    recompute their digests. docs/audit.md shows how to do so without this program.
    """
    if (task is not None) + (project is not None) + all_ > 1:
        raise CommandFailed("Name one of --task, --project and --all.", USAGE)
    if sealed is not None or key:
        if sealed is None or not key or task or project or all_:
            raise CommandFailed("Give --sealed and --key only.", USAGE)
        verify_sealed(sealed, key, json=json)
        return
    scope = Scope(task, project)
    findings = 0
    events = 0
    bar = progress_bar()
    with connected("auditor", autocommit=False) as connection, one_snapshot(connection), bar:
        total = None if bar.disable else count(connection, scope)
        shows = bar.add_task("verifying", total=total)

        def passed(number: int) -> None:
            nonlocal events
            events += number
            bar.advance(shows, number)

        for check in (
            chains(connection, scope, passed),
            timelines(connection, scope),
            records(connection, scope),
            failures(connection, scope),
            tracebacks(connection, scope),
            rollups(connection, scope),
        ):
            for finding in check:
                findings += 1
                print_finding(finding, json=json)
        if task is None and project is None and (misfit := verify_accesses(connection)):
            findings += 1
            _print_access(misfit, json)
        unverified = closed(connection, scope)
        nothing = _nothing(connection, task)
    if events == findings == unverified == 0 and (task or project):
        raise nothing
    if json:
        print_json(
            {
                "verified": findings == unverified == 0,
                "events": events,
                "findings": findings,
                "not_verified": unverified,
            }
        )
    elif findings:
        print_line(f"{findings} mismatches in {events} events", "red")
    elif events or not unverified:
        print_line(f"{events} events are intact", "green")
    if unverified and not json:
        print_line(
            f"{unverified} events of closed months are not here: not verified; task-ledger archive"
            " verify does so in an archive",
            "yellow",
        )
    if findings:
        raise typer.Exit(WRONG)


def _print_access(misfit: AccessMisfit, json: bool) -> None:
    if json:
        print_json({"access_log": misfit.seq, "reason": misfit.reason})
    else:
        print_line(f"access log, number {misfit.seq}: {misfit.reason}")


def _nothing(connection: Connection[Any], task: UUID | None) -> Exception:
    if task is None:
        return CommandFailed("There are no such events; check the id.")
    return missing(connection, task)
