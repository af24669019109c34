"""The contents of a report, independent of its format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from task_ledger.evidence.lanes import Lane, Lanes
from task_ledger.evidence.words import in_words, time_in_words
from task_ledger.model.events import TaskEvent

MOST_EVENTS: Final = 5000
"""Maximum number of events in a report; the export contains all."""

MOST_LANES: Final = 100
"""Maximum number of tasks drawn as lanes."""

MOST_CHARACTERS: Final = 1000
"""Maximum number of characters shown per event; a result may have 64 KiB."""

LEGEND: Final = "Thin: waiting. Thick: running."


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a report, with its fields as text.

    Attributes:
        recorded: by the database's clock, which is authoritative.
        occurred: by the writer's clock.
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
        facts: names and values, in order of display.
        remarks: sentences on what is left out.
        begins, ends: the time that the lanes cover; None without lanes.
    """

    title: str
    facts: list[tuple[str, str]]
    remarks: list[str]
    lanes: list[Lane]
    begins: datetime | None
    ends: datetime | None
    lines: list[Line]


class Draft:
    """Builds a report from events added in timeline order; keeps the first `MOST_EVENTS`."""

    def __init__(self) -> None:
        self.events = 0
        self._lines: list[tuple[UUID, Line]] = []
        self._lanes = Lanes()

    def add(self, seq: int, event: TaskEvent) -> None:
        """Add the next event."""
        self.events += 1
        if self.events > MOST_EVENTS:
            return
        self._lanes.add(event)
        line = Line(
            seq,
            time_in_words(event.recorded_at),
            time_in_words(event.occurred_at),
            "",
            event.actor,
            cut(in_words(event)),
        )
        self._lines.append((event.task_id, line))

    def tasks(self) -> set[UUID]:
        """The tasks that the report shows."""
        return {task_id for task_id, _ in self._lines}

    def report(
        self, title: str, facts: Sequence[tuple[str, str]], names: Mapping[UUID, str]
    ) -> Report:
        """The report.

        Args:
            names: of the tasks that have one.
        """
        lanes = self._lanes.drawn(names)
        remarks: list[str] = []
        if self.events > MOST_EVENTS:
            remarks.append(
                f"Shows the first {MOST_EVENTS} of {self.events} events;"
                " events.ndjson has all of them."
            )
        if len(lanes) > MOST_LANES:
            remarks.append(f"Draws the first {MOST_LANES} of {len(lanes)} tasks.")
        return Report(
            title,
            list(facts),
            remarks,
            lanes[:MOST_LANES],
            self._lanes.begins,
            self._lanes.ends,
            [
                replace(line, task=f"{names.get(task_id, '?')} …{str(task_id)[-8:]}")
                for task_id, line in self._lines
            ],
        )


def cut(words: str) -> str:
    """Cut a text after `MOST_CHARACTERS`, with a note that it was cut."""
    if len(words) <= MOST_CHARACTERS:
        return words
    return f"{words[:MOST_CHARACTERS]} … (cut; events.ndjson has all)"


def share(report: Report, time: datetime) -> float:
    """The position of a time between the report's first (0) and last (1) event."""
    if report.begins is None or report.ends is None or report.begins == report.ends:
        return 0.0
    return (time - report.begins) / (report.ends - report.begins)
