"""The contents of a report, independent of its format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from task_ledger.eventlog.timeline import Entry
from task_ledger.evidence.lanes import Lane, lanes_of
from task_ledger.evidence.words import in_words, time_in_words

MOST_EVENTS: Final = 5000
"""Maximum number of events in a report; the export has all."""

MOST_LANES: Final = 100
"""Maximum number of tasks drawn as lanes."""

MOST_CHARACTERS: Final = 1000
"""Maximum number of characters shown of an event; a result may have 64 KiB."""

LEGEND: Final = "Thin: waiting. Thick: running."


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a report, with its fields as text.

    Attributes:
        recorded: by the database's clock, which decides.
        occurred: by the clock of the machine that wrote it.
    """

    seq: int
    recorded: str
    occurred: str
    task: str
    actor: str
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be drawn.

    Attributes:
        title: the report's subject.
        facts: names and values, in the order in which they are shown.
        remarks: sentences that limit what is shown.
        begins, ends: the time that the lanes cover; None without any.
    """

    title: str
    facts: list[tuple[str, str]]
    remarks: list[str]
    lanes: list[Lane]
    begins: datetime | None
    ends: datetime | None
    lines: list[Line]


def make_report(
    title: str, facts: Sequence[tuple[str, str]], entries: Sequence[Entry], events: int
) -> Report:
    """Create the report from timeline entries.

    Args:
        entries: in the order of the timeline, at most `MOST_EVENTS`.
        events: total number of events for the request.
    """
    lanes = lanes_of(
        (entry.task_name or str(entry.event.task_id), entry.event) for entry in entries
    )
    times = [entry.event.recorded_at for entry in entries]
    remarks: list[str] = []
    if events > len(entries):
        remarks.append(
            f"Shown are the first {len(entries)} of {events} events; the export has all."
        )
    if len(lanes) > MOST_LANES:
        remarks.append(f"Drawn are the first {MOST_LANES} of {len(lanes)} tasks.")
    return Report(
        title,
        list(facts),
        remarks,
        lanes[:MOST_LANES],
        min(times, default=None),
        max(times, default=None),
        [_line(entry) for entry in entries],
    )


def _line(entry: Entry) -> Line:
    event = entry.event
    return Line(
        entry.seq,
        time_in_words(event.recorded_at),
        time_in_words(event.occurred_at),
        f"{entry.task_name or '?'} …{str(event.task_id)[-8:]}",
        event.actor,
        cut(in_words(event)),
    )


def cut(words: str) -> str:
    """The first `MOST_CHARACTERS` of a text, which says so if there are more."""
    if len(words) <= MOST_CHARACTERS:
        return words
    return f"{words[:MOST_CHARACTERS]} … (cut; events.ndjson has all)"


def share(report: Report, time: datetime) -> float:
    """The position of a time between the report's first (0) and last (1) event."""
    if report.begins is None or report.ends is None or report.begins == report.ends:
        return 0.0
    return (time - report.begins) / (report.ends - report.begins)
