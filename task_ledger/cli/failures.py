"""`task-ledger failures`: groups of equal failures."""

import re
from datetime import UTC, datetime
from typing import Annotated

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.options import AllProjects, Json, Limit, ProjectOrAll
from task_ledger.cli.person import user
from task_ledger.cli.printing import print_json, print_line, print_table, say, shown, time_of
from task_ledger.cli.projects import one_or_all, say_if_unknown
from task_ledger.eventlog.failures import (
    MAX_COMMENT,
    FailureGroup,
    FailureState,
    handle_failure,
    read_failure,
    read_failures,
)
from task_ledger.eventlog.lag import read_lag
from task_ledger.model.fingerprint import DIGITS


def failures(  # noqa: PLR0917 (typer calls it by name)
    project: ProjectOrAll = None,
    all_projects: AllProjects = False,
    state: Annotated[
        FailureState,
        typer.Option(help="open: not handled yet, or failed again since."),
    ] = FailureState.OPEN,
    handled: Annotated[
        str | None,
        typer.Option(metavar="FINGERPRINT", help="Record that this group was handled."),
    ] = None,
    comment: Annotated[str | None, typer.Option(help="With --handled: what was done.")] = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List groups of equal failures, newest failure first.

    Failures are equal if they have the same task type, error type, place, and message without
    numbers and ids. `task-ledger tasks PROJECT fingerprint:…` lists the tasks of a group. With
    --handled, the actor is `cli:` followed by your user name.
    """
    reach, _ = one_or_all(project, [], all_projects=all_projects)
    if handled is not None:
        if reach is None:
            raise typer.BadParameter("--handled needs a project")
        _check(handled, comment)
        _handle(reach, handled, comment, json=json)
        return
    if comment is not None:
        raise CommandFailed("--comment needs --handled FINGERPRINT.", USAGE)
    now = datetime.now(UTC)
    with connected("auditor") as connection:
        groups = read_failures(connection, reach, now=now, limit=limit, state=state)
        lag = read_lag(connection)
        if not groups and reach is not None:
            say_if_unknown(connection, reach)
    if json:
        print_json({"groups": groups, "lag_s": lag.oldest_s})
        return
    if lag.events:
        say(f"The list is {lag.events} events ({lag.oldest_s:.1f} s) behind the log.")
    names = ("fingerprint", "tasks", "24 h", "first", "last", "task type", "error", "place")
    print_table(
        (*(("project",) if reach is None else ()), *names),
        [
            (*((shown(group.project_id),) if reach is None else ()), *_cells(group))
            for group in groups
        ],
    )
    if not groups:
        print_line(f"no {state} failures")


def _cells(group: FailureGroup) -> tuple[str, ...]:
    return (
        group.fingerprint,
        str(group.tasks),
        str(sum(group.hours)),
        time_of(group.first_at),
        time_of(group.last_at),
        shown(group.task_type),
        shown(f"{group.error_type}: {group.message or ''}".splitlines()[0]),
        shown(group.place or "-"),
    )


def _check(fingerprint: str, comment: str | None) -> None:
    if not re.fullmatch(f"[0-9a-f]{{{DIGITS}}}", fingerprint):
        raise CommandFailed(f"A fingerprint has {DIGITS} digits of 0-9 and a-f.", USAGE)
    if comment is not None and not 1 <= len(comment) <= MAX_COMMENT:
        raise CommandFailed(
            f"A comment has 1 to {MAX_COMMENT} characters, not {len(comment)}.", USAGE
        )


def _handle(project: str, fingerprint: str, comment: str | None, *, json: bool) -> None:
    now = datetime.now(UTC)
    with connected("api") as connection:
        group = read_failure(connection, project, fingerprint, now=now)
        if group is None or not handle_failure(
            connection,
            project,
            fingerprint,
            actor=f"cli:{user()}",
            up_to=group.last_at,
            comment=comment,
        ):
            raise CommandFailed(f"The project {shown(project)} has no failures {fingerprint}.")
        group = read_failure(connection, project, fingerprint, now=now)
    if json:
        print_json(group)
        return
    print_line(f"{fingerprint} is handled up to its failure of {time_of(group and group.last_at)}.")
