"""What the tasks that end sets are doing, read from the log in the session's transaction."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from task_ledger.eventlog.database import query


def running(session: Session, tasks: Iterable[UUID]) -> set[UUID]:
    """Return those of `tasks` that have not ended and were not asked to be cancelled."""
    return {task_id for task_id, ended, cancelled in _rows(session, tasks) if not ended | cancelled}


def was_cancelled(session: Session, task_id: UUID) -> bool:
    """Tell whether the task was asked to be cancelled."""
    return any(cancelled for _, _, cancelled in _rows(session, [task_id]))


def _rows(session: Session, tasks: Iterable[UUID]) -> list[tuple[UUID, bool, bool]]:
    statement = query("newest_states", "services.page_sets")
    rows = session.connection().exec_driver_sql(statement, {"ids": list(tasks)})
    return [(row[0], row[1], row[2]) for row in rows]
