"""Folding one task's rows while they are read, to check each transition and the record."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pydantic import ValidationError

from task_ledger.errors import FoldError
from task_ledger.eventlog.read import event_of, record_of
from task_ledger.model.digest import Misfit
from task_ledger.model.events import TaskEvent
from task_ledger.model.fold import fold
from task_ledger.model.record import TaskRecord


class FoldedRows:
    """The events of one task's rows from a `verify_*events` query; can be iterated once.

    Attributes:
        version: version of the last event read.
        project_id: the first event's project.
        in_place: whether the last event read is in its task's partition.
        misfit: after all events were read: the first illegal one, or how the record differs.
    """

    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self._record: TaskRecord | None = None
        self._stored: dict[str, Any] | None = None
        self.version = 0
        self.project_id = ""
        self.in_place = True
        self.misfit: Misfit | None = None

    def __iter__(self) -> Iterator[TaskEvent]:
        for row in self._rows:
            self.version, self.in_place = row[1], row[-1]
            self.project_id = self.project_id or row[2]
            self._stored = self._stored or row[-3]
            event = event_of(row[:-3])
            if self.misfit is None:
                self._fold(event)
            yield event

    def _fold(self, event: TaskEvent) -> None:
        try:
            self._record = fold(self._record, event)
        except FoldError as error:
            self.misfit = Misfit(event.version, str(error))
            return
        if self._stored is not None and self._stored["version"] == event.version:
            self._compare(self._stored, self._record)

    def _compare(self, stored: dict[str, Any], folded: TaskRecord) -> None:
        try:
            found = asdict(record_of(stored))
        except ValidationError:
            self.misfit = Misfit(folded.version, "the read model's record cannot be read")
            return
        wrong = [name for name, value in asdict(folded).items() if found[name] != value]
        if wrong:
            self.misfit = Misfit(
                folded.version,
                f"the read model differs from the events: {', '.join(wrong)}; task-ledger rebuild "
                "recomputes it",
            )
