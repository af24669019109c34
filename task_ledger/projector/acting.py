"""Doing started actions: one task at a time, each in a transaction of its own with its outcome.

A projector that is killed within a task leaves neither the event nor the outcome, and the next one
does the task. So every task of an action is acted on at most once, whoever was interrupted when.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection

from task_ledger.errors import LedgerBusy, LedgerError, LedgerUnavailable, Refused
from task_ledger.eventlog.actions import ActionKind
from task_ledger.eventlog.append import note, request_cancel, request_retry
from task_ledger.model.events import Noted
from task_ledger.model.sanitize import cut_to, sanitize_text
from task_ledger.ops.logs import location_of
from task_ledger.projector.database import query
from task_ledger.projector.reconciler import try_lock
from task_ledger.projector.rerunning import rerun

_log = structlog.get_logger(__name__)

ROUND: Final = 20
"""Tasks of each action that are done in one round."""

FORGET_EVERY_S: Final = 60.0
FORGET_LIMIT: Final = 10_000

DONE: Final = "done"
"""The outcome of a task that was acted on; others say why nothing was done."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with one task; `new_task_id` is the id under which it is run again."""

    kind: ActionKind
    terminate: bool
    actor: str
    reason: str | None
    new_task_id: UUID | None


class Acting:
    """Does what started actions ask for; any number may run.

    Args:
        connection: in autocommit mode; nothing else may use it meanwhile.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._forgot_at: float | None = None

    def tick(self) -> int:
        """Act on the next tasks of each started action, and end actions that have none left.

        A task whose lock is taken is left for the next round.

        Returns:
            The number of tasks that an outcome was recorded for.

        Raises:
            LedgerUnavailable, psycopg.Error: what was done before is committed.
        """
        rows = self._connection.execute(
            query("open_action_tasks"), {"limit": ROUND}, prepare=True
        ).fetchall()
        done = sum(self._act(action_id, task_id) for action_id, task_id in rows if task_id)
        ended = self._connection.execute(query("end_actions")).fetchall() if rows else []
        for (action_id,) in ended:
            _log.info("action_ended", action_id=str(action_id))
        if self._forgot_at is None or monotonic() - self._forgot_at > FORGET_EVERY_S:
            self._connection.execute(query("forget_actions"))
            self._connection.execute(query("forget_kept_messages"), {"limit": FORGET_LIMIT})
            self._forgot_at = monotonic()
        return done

    def _act(self, action_id: UUID, task_id: UUID) -> bool:
        of = {"action_id": action_id, "task_id": task_id}
        try:
            with self._connection.transaction():
                if not try_lock(self._connection, task_id):
                    return False
                taken = self._connection.execute(query("take_action_task"), of).fetchone()
                if taken is None:
                    return False
                outcome = _do(self._connection, task_id, Wish(*taken))
                self._record(of, outcome, None)
        except LedgerBusy:
            return False
        except (LedgerUnavailable, psycopg.Error):
            raise
        except LedgerError as error:
            outcome = error.outcome if isinstance(error, Refused) else "refused"
            return self._refuse(of, outcome, str(error))
        except Exception as error:  # noqa: BLE001 (whatever keeps this task from being acted on)
            _log.error("action_failed", task_id=str(task_id), **location_of(error))
            return self._refuse(of, "refused", type(error).__name__)
        return True

    def _refuse(self, of: dict[str, Any], outcome: str, detail: str) -> bool:
        """Record why a task was not acted on, after its event was rolled back, so that the others
        are not held up."""
        with self._connection.transaction():
            if self._connection.execute(query("take_action_task"), of).fetchone() is None:
                return False
            self._record(of, outcome, detail)
        _log.warning("action_refused", **{name: str(value) for name, value in of.items()})
        return True

    def _record(self, of: dict[str, Any], outcome: str, detail: str | None) -> None:
        told = None if detail is None else cut_to(sanitize_text(detail), 1000)
        self._connection.execute(
            query("done_action_task"), of | {"outcome": outcome, "detail": told}
        )


def _do(connection: Connection[Any], task_id: UUID, wish: Wish) -> str:
    actor, reason = wish.actor, wish.reason
    match wish.kind:
        case "cancel":
            terminate = wish.terminate
            answer = request_cancel(connection, task_id, actor, reason, terminate=terminate)
        case "retry":
            answer = request_retry(connection, task_id, actor, reason)
        case "comment":
            answer = note(connection, task_id, actor, Noted(kind="comment", message=reason))
        case "rerun":
            if wish.new_task_id is None:
                raise AssertionError("draft_action stores an id for each task to run again")
            return rerun(connection, task_id, wish.new_task_id, actor, reason)
    return DONE if answer.outcome in {"accepted", "appended"} else answer.outcome
