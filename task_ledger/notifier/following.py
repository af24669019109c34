"""Follow the projects' timelines and create the notifications that the rules request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import Connection

from task_ledger.errors import BadQuery
from task_ledger.eventlog.database import query
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.eventlog.task_list import list_tasks
from task_ledger.model.transitions import Status
from task_ledger.notifier.outbox import FIRST, News, notify, unless_deleted
from task_ledger.notifier.rules import OF_TASKS, Rule, Trigger, standing_rules

_log = structlog.get_logger(__name__)
_PACKAGE: Final = "task_ledger.notifier"

PROJECTS: Final = 50
"""Maximum number of projects in one tick."""

EVENTS: Final = 500
"""Maximum number of ended tasks of one project in one tick."""

WAIT: Final = timedelta(minutes=10)
"""How long to wait for the record of an ended task."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a task; `status` is None if its record is missing."""

    seq: int
    task_id: UUID
    version: int
    recorded_at: datetime
    status: Status | None
    quarantined: bool


class Following:
    """Follows all projects; several may run at once, and each project is locked by one at a time.

    Args:
        connection: on autocommit, with the notifier's role; for the exclusive use of this object.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._unreadable: set[int] = set()

    def tick(self) -> bool:
        """Read new events, and commit their notifications together with the cursors.

        Returns:
            Whether more events are waiting.

        Raises:
            psycopg.Error: nothing was done. After a broken connection it may have been; the
                cursors show it.
        """
        connection = self._connection
        connection.execute(query("awaited_ends", _PACKAGE))
        connection.execute(query("add_cursors", _PACKAGE))
        with connection.transaction():
            moved = connection.execute(query("lock_moved", _PACKAGE), {"limit": PROJECTS})
            found = moved.fetchall()
            if not found:
                return False
            # Read after the ends of the timelines: see lock_moved.sql.
            rules = [rule for rule in standing_rules(connection) if rule.trigger in OF_TASKS]
            seqs = [self._follow(rules, *each) for each in found]
            projects = [project for project, _, _ in found]
            connection.execute(
                query("move_cursors", _PACKAGE), {"projects": projects, "seqs": seqs}
            )
        # Projects that wait for a record are not counted: the next tick would wait again.
        moved = [
            seq < head for (_, before, head), seq in zip(found, seqs, strict=True) if seq > before
        ]
        return any(moved) or (len(found) == PROJECTS and bool(moved))

    def _follow(self, rules: Sequence[Rule], project_id: str, after: int, head: int) -> int:
        """Notify a project's ended tasks after a timeline number; return the last number done."""
        wanted = [rule for rule in rules if rule.project_id in {None, project_id}]
        if not wanted:
            return head
        failures_only = all(rule.trigger is not Trigger.ENDED for rule in wanted)
        parameters = {
            "project_id": project_id,
            "after": after,
            "upto": head,
            "types": ["failed"] if failures_only else ["failed", "completed"],
            "limit": EVENTS,
        }
        rows = self._connection.execute(query("ends", _PACKAGE), parameters).fetchall()
        ends = [
            End(seq, task_id, version, at, Status(status) if status else None, quarantined)
            for seq, task_id, version, at, status, quarantined in rows
        ]
        ready, upto = _ready(ends, after)
        if len(ready) == len(ends) and len(ends) < EVENTS:
            upto = head
        for rule in wanted:
            if found := self._news(rule, project_id, ready):
                with unless_deleted(self._connection, rule):
                    for news in found:
                        notify(self._connection, rule, news)
        return upto

    def _news(self, rule: Rule, project_id: str, ends: Sequence[End]) -> list[News]:
        fired = [
            end
            for end in ends
            if end.recorded_at >= rule.active_since
            and (rule.trigger is Trigger.ENDED or end.status is Status.FAILURE)
        ]
        matching = self._matching(rule, project_id, {end.task_id for end in fired})
        fired = [end for end in fired if end.task_id in matching]
        if rule.trigger in {Trigger.FAILED, Trigger.ENDED}:
            return [News(project_id, end.task_id, end.version) for end in fired]
        groups = self._groups(rule.trigger, [end.task_id for end in fired])
        return [
            News(project_id, end.task_id, end.version, *groups[end.task_id])
            for end in fired
            if end.task_id in groups
        ]

    def _matching(self, rule: Rule, project_id: str, ids: Collection[UUID]) -> Collection[UUID]:
        """The tasks that match the rule's query."""
        if not rule.query or not ids:
            return ids
        try:
            wanted = task_filter(rule.query, datetime.now(UTC))
        except BadQuery as error:
            # Queries are checked when saved; an earlier version accepted this one.
            if rule.id not in self._unreadable:
                _log.error("rule_unreadable", rule=rule.id, reason=str(error))
                self._unreadable.add(rule.id)
            return ()
        wanted = both(wanted, TaskFilter(task_ids=frozenset(ids)))
        tasks = list_tasks(self._connection, project_id, wanted, limit=len(ids))
        return {task.task_id for task in tasks}

    def _groups(self, trigger: Trigger, ids: Sequence[UUID]) -> dict[UUID, tuple[str, datetime]]:
        """The tasks that are the first of their group, or the first after it was handled; each with
        the fingerprint and `failed_after`."""
        if not ids:
            return {}
        rows = self._connection.execute(query("failure_news", _PACKAGE), {"task_ids": list(ids)})
        first = trigger is Trigger.FIRST
        found: dict[UUID, tuple[str, datetime]] = {}
        for task_id, fingerprint, is_first, handled_to in rows.fetchall():
            if first and is_first:
                found[task_id] = (fingerprint, FIRST)
            elif not first and handled_to is not None:
                found[task_id] = (fingerprint, handled_to)
        return found


def _ready(ends: Sequence[End], after: int) -> tuple[list[End], int]:
    """The ends before the first one whose record is not folded yet, and the last number done.

    The status of a task that the projector cannot fold is unknown; `doctor` reports it.
    """
    ready: list[End] = []
    for end in ends:
        if end.status is None and not end.quarantined:
            if datetime.now(UTC) - end.recorded_at < WAIT:
                return ready, end.seq - 1
            _log.error("end_without_record", task_id=str(end.task_id))
        ready.append(end)
        after = end.seq
    return ready, after
