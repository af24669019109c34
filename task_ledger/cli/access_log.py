"""`task-ledger access-log`: print the access log."""

from typing import Annotated

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.options import Json, Limit
from task_ledger.cli.printing import print_json, print_table, shown, time_of
from task_ledger.eventlog.access_log import read_accesses


def access_log(
    after: Annotated[int, typer.Option(min=0, help="Start after this number.")] = 0,
    project: Annotated[
        list[str] | None,
        typer.Option("--project", help="Limit to rows about this project; repeatable."),
    ] = None,
    limit: Limit = 1000,
    json: Json = False,
) -> None:
    """Print the access log, oldest first: exports, evidence, tracebacks, tokens, sign-ins.

    Reading it is not recorded. `task-ledger verify` checks its numbers and digests.
    """
    with connected("auditor") as connection:
        rows = read_accesses(connection, after=after, limit=limit, projects=project or None)
    if json:
        for row in rows:
            values = {name: getattr(row, name) for name in row.__slots__}
            print_json(values | {"digest": row.digest.hex()})
        return
    print_table(
        ("number", "at", "who", "what", "project", "task", "detail"),
        [
            (
                str(row.seq),
                time_of(row.at),
                shown(row.actor),
                row.action,
                shown(row.project_id or ""),
                str(row.task_id or ""),
                shown(row.detail or ""),
            )
            for row in rows
        ],
    )
