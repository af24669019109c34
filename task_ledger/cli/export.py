"""`task-ledger export`: a project's events, in a format that can be checked without this
program."""

import csv
import json
import sys
from enum import StrEnum
from typing import Annotated

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.options import Project
from task_ledger.cli.person import person
from task_ledger.cli.printing import progress_bar, say
from task_ledger.cli.projects import say_if_retired, say_if_unknown
from task_ledger.eventlog.access_log import record_access
from task_ledger.eventlog.export import COLUMNS, csv_row, exported
from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.timeline import stream_timeline


class Format(StrEnum):
    """How the events are written."""

    NDJSON = "ndjson"
    CSV = "csv"


def export(
    project: Project,
    format_: Annotated[
        Format, typer.Option("--format", help="NDJSON (one JSON object per line) or CSV.")
    ] = Format.NDJSON,
) -> None:
    """Write a project's events to standard output, in timeline order.

    docs/digest.md describes the columns, and shows a program that checks them.
    """
    out = sys.stdout
    rows = csv.writer(out)
    bar = progress_bar()
    with connected("auditor", autocommit=False) as connection, bar:
        lag = read_lag(connection)
        record_access(connection, person(), "export", project_id=project, detail=format_.value)
        connection.commit()
        if lag.events:
            say(f"The projector is {lag.events} events behind; they may be missing at the end.")
        if format_ is Format.CSV:
            rows.writerow(COLUMNS)
        written = bar.add_task("exporting", total=None)
        for event in stream_timeline(connection, project):
            if format_ is Format.CSV:
                rows.writerow(csv_row(event))
            else:
                out.write(json.dumps(exported(event), ensure_ascii=False) + "\n")
            bar.advance(written)
        say_if_retired(connection, project)
        if bar.tasks[written].completed == 0:
            say_if_unknown(connection, project)
    out.flush()
