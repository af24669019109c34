"""Actions: what somebody wants done with tasks, done task by task by the projector.

An action is drafted with the exact tasks that it is for, which can be looked at first, and does
nothing until it is started. The functions run on the psycopg connection they are given, which must
be on autocommit for a change to take effect at once, and need the role of the API. All may also
raise LedgerUnavailable and NotPermitted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import Status

ActionKind = Literal["cancel", "rerun", "retry", "comment"]

KINDS: Final[tuple[ActionKind, ...]] = get_args(ActionKind)

MOST: Final = 10_000
"""Maximum number of tasks of an action."""

APPLIES: Final[Mapping[ActionKind, frozenset[Status]]] = {
    "cancel": frozenset({Status.PENDING, Status.STARTED, Status.PROGRESS, Status.RETRY}),
    "rerun": frozenset({Status.FAILURE, Status.REVOKED}),
    "retry": frozenset({Status.RETRY}),
    "comment": frozenset(Status),
}
"""The statuses of tasks that a query selects for an action; others are left alone."""


@dataclass(frozen=True, slots=True)
class Action:
    """An action and how far it is.

    Attributes:
        project_id: None if its tasks are of several projects.
        query: what selected them; None if they were named.
        actor: who drafted it; once it has started, who started it.
        tasks: number of its tasks.
        outcomes: number of its tasks by outcome: `done`, or why nothing was done.
        ended_at: when it had no task left, or stopped.
    """

    id: UUID
    kind: ActionKind
    terminate: bool
    project_id: str | None
    query: str | None
    actor: str
    drafted_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None
    ended_at: datetime | None
    tasks: int
    outcomes: dict[str, int]

    @property
    def done(self) -> int:
        """Number of tasks that were acted on."""
        return self.outcomes.get("done", 0)


@dataclass(frozen=True, slots=True)
class ActionTask:
    """One task of an action. `new_task_id`: the task that it was run again as."""

    task_id: UUID
    new_task_id: UUID | None
    outcome: str | None
    detail: str | None


def draft_action(
    connection: Connection[Any],
    kind: ActionKind,
    task_ids: Sequence[UUID],
    *,
    actor: str,
    project_id: str | None = None,
    selected_by: str | None = None,
    terminate: bool = False,
) -> UUID:
    """Store what is to be done with which tasks, without doing it. A draft is kept for an hour.

    Args:
        task_ids: 1 to `MOST` different ones, in the order in which they are done.
        selected_by: the query that selected them.
        terminate: with `cancel`: kill the processes of running attempts.

    Returns:
        The action's id.

    Raises:
        InvalidEvent: the number of tasks or the actor is not allowed.
    """
    action_id = new_task_id()
    parameters = {
        "id": action_id,
        "kind": kind,
        "terminate": terminate,
        "project_id": project_id,
        "query": selected_by,
        "actor": actor,
        "task_ids": list(task_ids),
        "new_task_ids": [new_task_id() for _ in task_ids] if kind == "rerun" else None,
    }
    with ledger_errors():
        connection.execute(query("draft_action"), parameters)
    return action_id


def start_action(
    connection: Connection[Any], action_id: UUID, *, actor: str, reason: str | None = None
) -> bool:
    """Start a drafted action: the projector does it from now on.

    Args:
        actor: the actor of each of its events.
        reason: stored as private text in each event; with `comment`, the comment. At most 2,000
            characters.

    Returns:
        False if there is no such action, or if it was started before.

    Raises:
        InvalidEvent: a comment without text, or a text that is too long.
    """
    parameters = {"id": action_id, "actor": actor, "reason": reason}
    with ledger_errors():
        row = connection.execute(query("start_action"), parameters).fetchone()
    return bool(row and row[0])


def stop_action(connection: Connection[Any], action_id: UUID) -> bool:
    """Do nothing with the tasks that are left. False if the action is not being done."""
    with ledger_errors():
        row = connection.execute(query("stop_action"), {"id": action_id}).fetchone()
    return bool(row and row[0])


def read_action(connection: Connection[Any], action_id: UUID) -> Action | None:
    """One action; None if there is none of this id."""
    with ledger_errors():
        row = connection.execute(query("action"), {"id": action_id}).fetchone()
    return _action(row) if row else None


def read_actions(
    connection: Connection[Any], projects: Sequence[str] | None, actor: str, *, limit: int
) -> list[Action]:
    """The newest started actions in these projects, and those of `actor`.

    Args:
        projects: None for all.
    """
    parameters = {
        "projects": None if projects is None else list(projects),
        "actor": actor,
        "limit": limit,
    }
    with ledger_errors():
        rows = connection.execute(query("actions"), parameters).fetchall()
    return [_action(row) for row in rows]


def read_action_tasks(
    connection: Connection[Any], action_id: UUID, *, limit: int, refused: bool = False
) -> list[ActionTask]:
    """The first tasks of an action, in its order.

    Args:
        refused: only those that nothing was done with, and why.
    """
    parameters = {"id": action_id, "limit": limit, "refused": refused}
    with ledger_errors():
        rows = connection.execute(query("action_tasks"), parameters).fetchall()
    return [ActionTask(*row) for row in rows]


def _action(row: Any) -> Action:
    return Action(*row)
