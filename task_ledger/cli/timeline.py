"""`task-ledger timeline`: a project's events in the order in which they became visible."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from task_ledger import LedgerUnavailable
from task_ledger.cli.connection import connected
from task_ledger.cli.options import Json, Project
from task_ledger.cli.printing import print_json, print_line, say, shown, text_of, time_of
from task_ledger.cli.projects import say_if_retired, say_if_unknown
from task_ledger.eventlog.export import exported
from task_ledger.eventlog.search.timeline_conditions import timeline_filter
from task_ledger.eventlog.timeline import (
    EVERYTHING,
    Entry,
    read_page,
    read_timeline,
    timeline_head,
)
from task_ledger.eventlog.timeline_filter import TimelineFilter

PAGE: Final = 500
POLL_S: Final = 0.25
AGAIN_S: Final = 1.0


def timeline(
    project: Project,
    after: Annotated[
        int | None, typer.Option(min=0, help="Start after this number. Default: the last 50.")
    ] = None,
    query: Annotated[
        str,
        typer.Option(help="Only events that match, as in 'event:failed type:ocr.* after:1d'."),
    ] = "",
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Keep printing new events until Ctrl-C.")
    ] = False,
    json: Json = False,
) -> None:
    """Print a project's events, oldest first; --json prints one object per line.

    Each line starts with the event's timeline number. To resume, pass the last one as --after.
    """
    wanted = timeline_filter(query, datetime.now(UTC))
    try:
        for entry in _entries(project, wanted, after, follow):
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


def _entries(
    project: str, wanted: TimelineFilter, after: int | None, follow: bool
) -> Iterator[Entry]:
    """The wanted entries after `after`; with `follow`, endlessly and across broken connections."""
    cursor = after
    while True:
        try:
            with connected("auditor") as connection:
                if cursor is None:
                    head = timeline_head(connection, project).seq
                    last = read_timeline(
                        connection, project, wanted, before=head + 1, limit=50, newest_first=True
                    )
                    cursor = head
                    if len(last) < 50:
                        say_if_retired(connection, project)
                    if not last and wanted == EVERYTHING:
                        say_if_unknown(connection, project)
                    yield from reversed(last)
                while True:
                    head = timeline_head(connection, project).seq
                    page = read_page(
                        connection, project, wanted, after=cursor, before=head + 1, limit=PAGE
                    )
                    for entry in page.entries:
                        cursor = entry.seq
                        yield entry
                    if page.looked_to is not None:
                        cursor = page.looked_to
                        if not page.entries:
                            say(f"No match up to event {cursor:,} of {head:,}.")
                        continue
                    cursor = max(cursor, head)
                    if not follow:
                        return
                    if not page.entries:
                        time.sleep(POLL_S)
        except LedgerUnavailable as error:
            if not follow or cursor is None:
                raise
            say(f"{error} Trying again.")
            time.sleep(AGAIN_S)
