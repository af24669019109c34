"""Alarms: mismatches, kept in the state until they are resolved."""

from dataclasses import dataclass
from sqlite3 import Connection

from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.state import State


@dataclass(frozen=True, slots=True)
class Alarm:
    """A mismatch between the ledger and its seals.

    Attributes:
        project_id: None if it concerns the log itself: its state, its store or a witness.
        first_at, last_at: when it was first and last found, POSIX seconds.
        cleared_at: when the mismatch was resolved; None while the alarm is active.
    """

    project_id: str | None
    reason: str
    first_at: int
    last_at: int
    cleared_at: int | None


def raise_alarm(state: State, refusal: SealRefused, now: int) -> None:
    """Record a refusal. A project has at most one active alarm, with the newest reason."""
    with state.transaction():
        known = state.one(
            "SELECT number FROM alarm WHERE project_id IS ? AND cleared_at IS NULL",
            refusal.project_id,
        )
        if known:
            state.execute(
                "UPDATE alarm SET reason = ?, last_at = ? WHERE number = ?",
                refusal.reason,
                now,
                known[0],
            )
        else:
            state.execute(
                "INSERT INTO alarm (project_id, reason, first_at, last_at) VALUES (?, ?, ?, ?)",
                refusal.project_id,
                refusal.reason,
                now,
                now,
            )


def clear_alarm(state: State, project_id: str | None, now: int) -> None:
    """Clear a resolved alarm. It is kept with its times."""
    if state.one("SELECT 1 FROM alarm WHERE project_id IS ? AND cleared_at IS NULL", project_id):
        state.execute(
            "UPDATE alarm SET cleared_at = ? WHERE project_id IS ? AND cleared_at IS NULL",
            now,
            project_id,
        )


def standing_projects(state: State) -> list[tuple[str, str]]:
    """The projects with an active alarm, each with its reason."""
    return state.all(
        "SELECT project_id, reason FROM alarm"
        " WHERE cleared_at IS NULL AND project_id IS NOT NULL ORDER BY number"
    )


def alarms(connection: Connection) -> list[Alarm]:
    """All alarms, newest first."""
    rows = connection.execute(
        "SELECT project_id, reason, first_at, last_at, cleared_at FROM alarm ORDER BY number DESC"
    )
    return [Alarm(*row) for row in rows]
