"""`task-ledger archive`: list, read, verify and erase in archives; place and release holds."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from task_ledger.cli.archives import archives, month_of
from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.options import Json
from task_ledger.cli.person import person
from task_ledger.cli.printing import print_json, print_line, print_table, shown, time_of
from task_ledger.eventlog.database import ledger_errors

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List, read and verify archives of retired months; erase in them; hold months.",
)

MonthName = Annotated[str, typer.Argument(metavar="MONTH", help="The month, as 2026-05.")]
Reason = Annotated[str, typer.Option(help="The reason; it stays in the access log.")]


@app.command("list")
def list_(json: Json = False) -> None:
    """List the archives and their projects. Needs no database."""
    store = archives()
    from task_ledger.archive.month import Month
    from task_ledger.archive.reading import read_month

    found = [read_month(store, Month.parse(name)) for name in store.months()]
    if json:
        print_json([each.model_dump() for each in found])
        return
    print_table(
        ("month", "project", "tasks", "events", "numbers"),
        [
            (
                each.month,
                shown(p.project_id),
                str(p.tasks),
                str(p.events),
                f"{p.first_seq} to {p.last_seq}",
            )
            for each in found
            for p in each.projects
        ],
    )


@app.command()
def read(
    month: MonthName,
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project's id.")],
    task: Annotated[UUID | None, typer.Option(help="Limit to this task.")] = None,
) -> None:
    """Write a project's archived events to standard output, one JSON object per line: an export
    with timeline numbers. Needs no database."""
    store = archives()
    from task_ledger.archive.lines import event_line
    from task_ledger.archive.reading import read_events, read_project

    archive = read_project(store, month_of(month), project)
    lines = 0
    for seq, event in read_events(store, archive, task):
        print_json(event_line(seq, event))
        lines += 1
    if not lines:
        raise CommandFailed(f"The archive of {month} has no such task; check the id.")


@app.command()
def verify(
    month: MonthName,
    key: Annotated[
        list[str] | None, typer.Option(help="A verifier key of the sealed log; repeatable.")
    ] = None,
    json: Json = False,
) -> None:
    """Verify a whole archive: chains, numbers, roots and tracebacks; with --key, also the seals.
    Needs no database."""
    store = archives()
    from dataclasses import asdict

    from task_ledger.archive.verifying import verify_month
    from task_ledger.sealer.errors import InvalidNote
    from task_ledger.sealer.keys import parse_vkey

    try:
        keys = [parse_vkey(each) for each in key or ()]
    except InvalidNote as error:
        raise CommandFailed(str(error), USAGE) from error
    found = verify_month(store, month_of(month), keys)
    if json:
        print_json({"verified": True, **asdict(found)})
        return
    print_line(f"{found.events} events of {found.tasks} tasks are intact", "green")
    if keys:
        print_line(f"{found.sealed} projects match their seals", "green")
    if found.erased:
        print_line(f"{found.erased} events are erased: what they said cannot be verified", "yellow")


@app.command()
def erase(
    month: MonthName,
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project's id.")],
    task: Annotated[list[UUID], typer.Option(help="A task; repeatable.")],
    reason: Reason,
    json: Json = False,
) -> None:
    """Erase the private data and tracebacks of tasks in an archive: rewrite the files that contain
    them, and remove the old ones. Recorded in the access log. It cannot be undone."""
    store = archives()
    from task_ledger.archive.erasing import erase_tasks

    named = month_of(month)
    with connected("auditor") as connection:
        done = erase_tasks(connection, store, named, project, task, actor=person(), reason=reason)
    if json:
        print_json(done)
        return
    print_line(
        f"Erased {done.events} events and {done.tracebacks} tracebacks; rewrote {done.files} files."
    )
    for line in done.left:
        print_line(f"- {line}")


@app.command()
def hold(
    reason: Reason,
    project: Annotated[str | None, typer.Option(help="The project. Default: all.")] = None,
    month: Annotated[str | None, typer.Option(help="The month. Default: all.")] = None,
    json: Json = False,
) -> None:
    """Place a legal hold, which prevents retirement. Recorded in the access log."""
    bucket = None if month is None else month_of(month).bucket
    with connected("owner") as connection, ledger_errors():
        row = connection.execute(
            "SELECT task_ledger.place_hold(%s, %s, %s, %s)", (project, bucket, person(), reason)
        ).fetchone()
    number = row[0] if row else 0
    if json:
        print_json({"hold": number})
        return
    print_line(f"Placed hold {number}.")


@app.command()
def release(
    number: Annotated[int, typer.Argument(min=1, help="The hold's number.")], reason: Reason
) -> None:
    """Release a legal hold. Recorded in the access log."""
    with connected("owner") as connection, ledger_errors():
        row = connection.execute(
            "SELECT task_ledger.release_hold(%s, %s, %s)", (number, person(), reason)
        ).fetchone()
    if row != (True,):
        raise CommandFailed(f"There is no hold {number}, or it was released before.")
    print_line(f"Released hold {number}.")


@app.command()
def holds(json: Json = False) -> None:
    """List legal holds, newest first."""
    with connected("auditor") as connection, ledger_errors():
        rows = connection.execute(
            "SELECT id, project_id, bucket, placed_at, placed_by, reason, released_at, released_by,"
            " release_reason FROM task_ledger.legal_hold ORDER BY id DESC"
        ).fetchall()
    names = ("hold", "project_id", "bucket", "placed_at", "placed_by", "reason", "released_at")
    if json:
        more = (*names, "released_by", "release_reason")
        print_json([dict(zip(more, row, strict=True)) for row in rows])
        return
    print_table(
        ("hold", "project", "month", "placed", "by", "reason", "released"),
        [_told(row) for row in rows],
    )


def _told(
    row: tuple[int, str | None, int | None, datetime, str, str, datetime | None, str, str],
) -> tuple[str, ...]:
    from task_ledger.archive.month import Month

    number, project, bucket, placed_at, by, reason, released_at, *_ = row
    return (
        str(number), shown(project or "all"), str(Month(bucket)) if bucket else "all",
        time_of(placed_at), shown(by), shown(reason), time_of(released_at) if released_at else "",
    )  # fmt: skip
