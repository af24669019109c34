"""Reads the outcomes of sets and their pages from the log, in the session's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from task_ledger.eventlog.database import query

_CANCELLED: Final = "cancelled"
_LOST: Final = "worker_lost"
_SAID: Final = {
    _LOST: "Its worker was lost, for example because a page needs more memory than available",
    "timeout": "It took too long",
    "expired": "It was not started in time",
    _CANCELLED: "It was cancelled",
}


@dataclass(frozen=True)
class PageOutcome:
    """The outcome of one page of a set.

    Attributes:
        task_id: the page's task in the set.
        ended: whether that task has ended.
        result: its return value; None if it has not completed.
        failure: why it did not complete, for display; None if it completed or is running.
        cancelled: whether it was cancelled.
    """

    page_id: UUID
    task_id: UUID
    ended: bool
    result: dict[str, Any] | None
    failure: str | None
    cancelled: bool


def running(session: Session, tasks: Iterable[UUID]) -> set[UUID]:
    """Return those of `tasks` that have neither ended nor been requested to cancel."""
    return {task_id for task_id, ended, cancelled in _rows(session, tasks) if not ended | cancelled}


def was_cancelled(session: Session, task_id: UUID) -> bool:
    """Tell whether the task's cancellation was requested."""
    return any(cancelled for _, _, cancelled in _rows(session, [task_id]))


def outcomes(session: Session, set_id: UUID) -> list[PageOutcome]:
    """Return the outcome of each page of a set, in the set's order; empty for an unknown set."""
    statement = query("members", "services.page_sets")
    rows = session.connection().exec_driver_sql(statement, {"set_id": set_id})
    return [
        PageOutcome(page_id, task_id, ended, result, _why(reason, message), reason == _CANCELLED)
        for page_id, task_id, ended, reason, message, result in rows
    ]


def _why(reason: str | None, message: str | None) -> str | None:
    """Return the failure for display, None if there was none. Failures without an error have no
    message.
    """
    if reason is None:
        return None
    said = _SAID.get(reason, f"It ended as failed({reason})")
    if message and reason == _LOST:
        return f"{said}: {message}"
    return message or f"{said}."


def _rows(session: Session, tasks: Iterable[UUID]) -> list[tuple[UUID, bool, bool]]:
    statement = query("newest_states", "services.page_sets")
    rows = session.connection().exec_driver_sql(statement, {"ids": list(tasks)})
    return [(row[0], row[1], row[2]) for row in rows]
