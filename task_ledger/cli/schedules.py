"""`task-ledger schedules`: the entries of beat's schedules."""

from typing import Annotated

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.options import Json
from task_ledger.cli.person import user
from task_ledger.cli.printing import print_json, print_line, print_table, shown, time_of
from task_ledger.eventlog.schedules import Schedule, read_schedules, start_schedule


def schedules(
    start: Annotated[
        str | None, typer.Option(metavar="NAME", help="Ask a beat to start this entry now.")
    ] = None,
    json: Json = False,
) -> None:
    """List the entries of the ledger's beat schedules, with their last and next start.

    With --start, a running beat starts an entry within a few seconds; its schedule does not change.
    The actor is `cli:` followed by your user name.
    """
    if start is not None:
        _start(start, json=json)
        return
    with connected("auditor") as connection:
        found = read_schedules(connection, None)
    if json:
        print_json({"schedules": found})
        return
    print_table(
        ("name", "schedule", "task", "project", "last start", "next start"),
        [
            (
                shown(schedule.name),
                shown(schedule.schedule or "-"),
                shown(schedule.task or "-"),
                shown(schedule.project_id or "-"),
                time_of(schedule.last_run_at) if schedule.last_run_at else "-",
                _next(schedule),
            )
            for schedule in found
        ],
    )
    if not found:
        print_line("no schedules")


def _next(schedule: Schedule) -> str:
    if not schedule.watched or schedule.next_run_at is None:
        return "no beat runs it"
    return time_of(schedule.next_run_at)


def _start(name: str, *, json: bool) -> None:
    with connected("api") as connection:
        asked = start_schedule(connection, name, actor=f"cli:{user()}")
        known = {each.name for each in read_schedules(connection, None)}
    if name not in known:
        raise CommandFailed(f"There is no schedule {shown(name)}.")
    if not asked:
        raise CommandFailed(f"An earlier request to start {shown(name)} is still pending.")
    if json:
        print_json({"name": name, "asked": True})
        return
    print_line(f"A beat will start {shown(name)} within a few seconds.")
