"""The result of a write, as returned by the SQL functions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from task_ledger.model.transitions import State


@dataclass(frozen=True, slots=True)
class AppendResult:
    """The result of a write: its outcome, and the task's state after it.

    Attributes:
        outcome: `appended` (or `accepted`, `already`), or why nothing was stored.
        version: the task's last version; 0 for an unknown task.
        claim: the claim that holds the task or ended it.
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
    """Read a row of type task_ledger.append_result."""
    outcome, version, state, attempt, claim, cancel_requested, due_at = row
    return AppendResult(
        outcome, version, State(state) if state else None, attempt, claim, cancel_requested, due_at
    )


def result_from_text(text: str) -> AppendResult:
    """Parse the text form of a task_ledger.append_result, in which only a time is quoted."""
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
