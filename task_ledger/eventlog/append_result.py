"""What came of a write, as the SQL functions say it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from task_ledger.model.transitions import State


@dataclass(frozen=True, slots=True)
class AppendResult:
    """What came of a write: the outcome, and the task as it stands after it.

    Attributes:
        outcome: `appended` (or `accepted`, `already`), or why nothing was stored.
        version: the task's last version; 0 for an unknown task.
        claim: the claim that holds the task, or that ended it.
        due_at: when the next attempt may start, in RETRYING.
    """

    outcome: str
    version: int
    state: State | None
    attempt: int | None
    claim: UUID | None
    cancel_requested: bool
    due_at: datetime | None


def result_from_row(row: Any) -> AppendResult:
    """A row of type task_ledger.append_result."""
    outcome, version, state, attempt, claim, cancel_requested, due_at = row
    return AppendResult(
        outcome, version, State(state) if state else None, attempt, claim, cancel_requested, due_at
    )


def result_from_text(text: str) -> AppendResult:
    """A task_ledger.append_result as text, in which only a time is quoted."""
    outcome, version, state, attempt, claim, cancel_requested, due_at = text[1:-1].split(",")
    return AppendResult(
        outcome,
        int(version),
        State(state) if state else None,
        int(attempt) if attempt else None,
        UUID(claim) if claim else None,
        cancel_requested == "t",
        datetime.fromisoformat(due_at.strip('"')) if due_at else None,
    )
