"""Lasting conditions: a stuck queue, a sealer that refuses to sign."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import structlog
from psycopg import Connection

from task_ledger.eventlog.database import query
from task_ledger.eventlog.stuck import read_undispatched, unconsumed_queues
from task_ledger.notifier.outbox import News, notify, unless_deleted
from task_ledger.notifier.rules import Rule, Trigger, standing_rules
from task_ledger.sealer.errors import StateUnavailable

_log = structlog.get_logger(__name__)
_PACKAGE: Final = "task_ledger.notifier"

OUTBOX: Final = "outbox"
"""The subject for unpublished messages."""


class Conditions:
    """Checks the conditions; several may run at once.

    Args:
        connection: on autocommit, with the notifier's role; for the exclusive use of this object.
        seal_state: the sealer's state. If None or unreadable, the sealer is not checked; logged
            once.
    """

    def __init__(self, connection: Connection[Any], seal_state: Path | None) -> None:
        self._connection = connection
        self._seal_state = seal_state
        self._blind = False

    def tick(self) -> None:
        """Notify each new condition once; it can be notified again after it has ended."""
        for rule in standing_rules(self._connection):
            if rule.trigger is Trigger.STUCK:
                self._compare(rule, self._stuck(rule.after_s))
            elif rule.trigger is Trigger.REFUSED:
                found = self._refusals()
                if found is not None:
                    self._compare(rule, found)

    def _compare(self, rule: Rule, found: Mapping[str, News]) -> None:
        with unless_deleted(self._connection, rule):
            self._connection.execute(
                query("end_conditions", _PACKAGE), {"rule_id": rule.id, "subjects": list(found)}
            )
            for subject, news in found.items():
                begun = self._connection.execute(
                    query("begin_condition", _PACKAGE),
                    {"rule_id": rule.id, "subject": subject, "active_since": rule.active_since},
                )
                if begun.fetchone():
                    notify(self._connection, rule, news)

    def _stuck(self, after_s: float) -> dict[str, News]:
        found: dict[str, News] = {}
        messages, oldest_s = read_undispatched(self._connection)
        if oldest_s >= after_s:
            found[OUTBOX] = News(detail={"messages": messages, "oldest_s": round(oldest_s, 1)})
        for each in unconsumed_queues(self._connection, after_s):
            detail = {
                "queue": each.queue,
                "tasks": each.tasks,
                "oldest_s": round(each.oldest_s, 1),
            }
            found[f"queue {each.queue}"] = News(detail=detail)
        return found

    def _refusals(self) -> dict[str, News] | None:
        try:
            if self._seal_state is None:
                raise StateUnavailable("task-ledger[seal] is not installed")
            # Imported here because it needs the extra.
            from task_ledger.sealer.status import seal_status

            standing = seal_status(self._seal_state).standing
        except StateUnavailable as error:
            if not self._blind:
                _log.warning("seal_unreadable", trigger=str(Trigger.REFUSED), reason=str(error))
            self._blind = True
            return None
        self._blind = False
        return {
            f"project {alarm.project_id}" if alarm.project_id is not None else "log": News(
                alarm.project_id, detail={"reason": alarm.reason}
            )
            for alarm in standing
        }
