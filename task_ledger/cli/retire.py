"""`task-ledger retire`: archive months and remove them from the database."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from psycopg import Connection

from task_ledger.cli.archives import archives, month_of
from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, WRONG, CommandFailed
from task_ledger.cli.options import Json
from task_ledger.cli.person import person
from task_ledger.cli.printing import print_json, print_line, say, shown

if TYPE_CHECKING:
    from task_ledger.archive.month import Month


def retire(
    *,
    month: Annotated[
        str | None,
        typer.Argument(help="The month, as 2026-05. Default: all months older than --keep-for."),
    ] = None,
    keep_for: Annotated[
        int | None,
        typer.Option(min=1, metavar="MONTHS", help="Whole months to keep before this one."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the months to retire, and obstacles.")
    ] = False,
    unsealed: Annotated[
        bool, typer.Option("--unsealed", help="Retire without a sealed log.")
    ] = False,
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Give up an unfinished retirement.")
    ] = False,
    wait_s: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for writers, readers and the sealer.")
    ] = 60.0,
    json: Json = False,
) -> None:
    """Archive a month of finished tasks, verify the archive, and remove the month from the
    database.

    A month can be retired 31 days after its end. Unfinished tasks and legal holds hold it back.
    Can be interrupted at any point, and run again. Uses the login that migrates.
    """
    store = archives()
    from task_ledger.archive.location import sealed_log
    from task_ledger.archive.retiring import reopen as reopen_month
    from task_ledger.archive.retiring import retire_month

    if month is None and keep_for is None:
        raise CommandFailed("Name a month, or pass --keep-for.", USAGE)
    if reopen and (month is None or dry_run):
        raise CommandFailed("--reopen needs a month.", USAGE)
    told = settings()
    with connected("owner", known=told) as connection:
        if reopen and month is not None:
            if not reopen_month(connection, month_of(month)):
                raise CommandFailed(f"{month} is not being retired.")
            print_line(f"{month} accepts events again.")
            if store.names(str(month_of(month))):
                say(f"Its archive was begun, and no erasure reaches that: delete {month} in the"
                    " archives, unless you retire it now.")  # fmt: skip
            return
        months = _months(connection, month, keep_for)
        if dry_run:
            _preview(connection, months, json)
            return
        done: list[dict[str, Any]] = []
        for each in months:
            with sealed_log(told, unsealed=unsealed) as sealed:
                retired = retire_month(
                    connection, each, store, sealed,
                    actor=person(), wait_s=wait_s, began=lambda step: say(f"{each}: {step}"),  # noqa: B023
                )  # fmt: skip
            done.append({"month": str(each), "events": retired.events})
            if not json:
                print_line(f"Retired {each}: {retired.events} events are in its archive.", "green")
    if json:
        print_json({"retired": done})
    elif not months:
        print_line("There is no month to retire.")


def _months(connection: Connection[Any], month: str | None, keep_for: int | None) -> list["Month"]:
    from task_ledger.archive.policy import due, newest_to_retire

    newest = None if keep_for is None else newest_to_retire(keep_for, datetime.now(UTC))
    if month is None:
        return [] if newest is None else due(connection, newest)
    named = month_of(month)
    if newest is not None and named > newest:
        raise CommandFailed(f"{named} is kept: with --keep-for {keep_for}, {newest} is the newest"
                            " month that is retired.")  # fmt: skip
    return [named]


def _preview(connection: Connection[Any], months: list["Month"], json: bool) -> None:
    from task_ledger.archive.retiring import obstacles

    found = {str(each): obstacles(connection, each) for each in months}
    if json:
        print_json(
            {"retired": [], "months": [{"month": m, "held_back_by": o} for m, o in found.items()]}
        )
    else:
        for month, held in found.items():
            print_line(f"{month}: {'would be retired' if not held else 'is held back'}")
            for each in held:
                print_line(f"  {shown(str(each))}")
        if not found:
            print_line("There is no month to retire.")
    if any(found.values()):
        raise typer.Exit(WRONG)
