"""`task-ledger timeline`: a project's events in the order in which they became visible."""

import time
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from task_ledger import LedgerUnavailable
from task_ledger.cli.connection import connected
from task_ledger.cli.options import Json, Project
from task_ledger.cli.printing import print_json, print_line, say, shown, text_of, time_of
from task_ledger.cli.projects import say_if_retired, say_if_unknown
from task_ledger.eventlog.export import exported
from task_ledger.eventlog.timeline import Entry, read_timeline

PAGE: Final = 500
POLL_S: Final = 0.25
AGAIN_S: Final = 1.0


def timeline(
    project: Project,
    after: Annotated[
        int | None, typer.Option(min=0, help="Start after this number. Default: the last 50.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Keep printing new events until Ctrl-C.")
    ] = False,
    json: Json = False,
) -> None:
    """Print a project's events, oldest first; --json prints one object per line.

    Each line starts with the event's timeline number. To resume, pass the last one as --after.
    """
    try:
        for entry in _entries(project, after, follow):
            _print(entry, json)
    except KeyboardInterrupt:
        if not follow:
            raise


def _print(entry: Entry, json: bool) -> None:
    if json:
        names = {"task_type": entry.task_type, "task_name": entry.task_name}
        print_json({"seq": entry.seq, **names, **exported(entry.event)})
    else:
        event = entry.event
        print_line(
            f"{entry.seq:>6}  {time_of(event.recorded_at)}  {event.type:<16}"
            f"  {event.task_id} v{event.version}  {shown(entry.task_name or '?')}"
            f"  by {shown(event.actor)}  {shown(text_of(event))}"
        )


def _entries(project: str, after: int | None, follow: bool) -> Iterator[Entry]:
    """The entries after `after`; with `follow`, endlessly and across broken connections."""
    cursor = after
    while True:
        try:
            with connected("auditor") as connection:
                if cursor is None:
                    last = read_timeline(connection, project, limit=50, newest_first=True)
                    cursor = last[0].seq if last else 0
                    if len(last) < 50:
                        say_if_retired(connection, project)
                    if not last:
                        say_if_unknown(connection, project)
                    yield from reversed(last)
                while True:
                    page = read_timeline(connection, project, after=cursor, limit=PAGE)
                    for entry in page:
                        cursor = entry.seq
                        yield entry
                    if len(page) < PAGE and not follow:
                        return
                    if not page:
                        time.sleep(POLL_S)
        except LedgerUnavailable as error:
            if not follow or cursor is None:
                raise
            say(f"{error} Trying again.")
            time.sleep(AGAIN_S)
