"""Create notifications in the caller's transaction."""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import Connection
from psycopg.errors import ForeignKeyViolation

from task_ledger.eventlog.database import query
from task_ledger.eventlog.prepared import PreparedStatement
from task_ledger.notifier.rules import Rule

_log = structlog.get_logger(__name__)
_PACKAGE: Final = "task_ledger.notifier"

FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
"""The `failed_after` of a group's first failure."""


@dataclass(frozen=True, slots=True)
class News:
    """The event or condition that a rule notifies.

    Attributes:
        version: the task's version at the event that fired the rule.
        fingerprint, failed_after: the group of failures, and `FIRST` or the time until which the
            group was handled. A rule notifies each pair once.
        detail: of a condition.
    """

    project_id: str | None = None
    task_id: UUID | None = None
    version: int | None = None
    fingerprint: str | None = None
    failed_after: datetime | None = None
    detail: Mapping[str, Any] | None = None


def notify(connection: Connection[Any], rule: Rule, news: News) -> None:
    """Create a notification, or hold it back during the rule's quiet time."""
    values = {
        "rule_id": rule.id,
        "channel": rule.channel,
        "trigger": str(rule.trigger),
        "project_id": news.project_id,
        "task_id": news.task_id,
        "version": news.version,
        "fingerprint": news.fingerprint,
        "failed_after": news.failed_after,
        "detail": json.dumps(dict(news.detail or {})),
    }
    if news.fingerprint is not None and _is(connection, "known_news", values):
        return
    if rule.quiet_s > 0:
        quiet = values | {"project_id": news.project_id or "", "quiet_s": rule.quiet_s}
        if _is(connection, "hold_back", quiet):
            return
    connection.execute(query("insert_notification", _PACKAGE), values)


@contextmanager
def unless_deleted(connection: Connection[Any], rule: Rule) -> Generator[None]:
    """A transaction, or a savepoint in one, that is rolled back if the rule or its channel has been
    deleted since it was read; the others are notified nevertheless."""
    try:
        with connection.transaction():
            yield
    except ForeignKeyViolation:
        _log.info("rule_deleted_meanwhile", rule=rule.id, channel=rule.channel)


def end_quiet_times(connection: Connection[Any]) -> None:
    """End expired quiet times, and notify how many notifications were held back.

    Commits on autocommit.
    """
    connection.execute(query("end_quiet", _PACKAGE))


def forget_ended(connection: Connection[Any]) -> None:
    """Delete old notifications that were sent or given up. Commits on autocommit."""
    connection.execute(query("forget", _PACKAGE))


def looking(connection: Connection[Any]) -> Callable[[], tuple[str, bool]]:
    """Return a function that returns the snapshot, as PostgreSQL writes it, and whether a
    notification is to be sent.

    The snapshot changes whenever a transaction that could have written ends. Each call runs one
    statement on the connection, and raises psycopg.Error if the server does not answer.
    """
    statement = PreparedStatement(connection, b"task_ledger_look", query("look", _PACKAGE))

    def look() -> tuple[str, bool]:
        row = statement.run()
        return (row.get_value(0, 0) or b"").decode(), row.get_value(0, 1) == b"t"

    return look


def _is(connection: Connection[Any], name: str, values: Mapping[str, Any]) -> bool:
    row = connection.execute(query(name, _PACKAGE), values).fetchone()
    return bool(row and row[0])
