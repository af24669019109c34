"""List notifications, and resend the ones that were given up.

Every function runs on the given psycopg connection, with the API's role, and commits only if the
connection is on autocommit. What is sent is recorded in the access log.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection

from task_ledger.eventlog.access_log import record_access
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.task_reach import Reach, projects_of
from task_ledger.notifier.errors import InvalidChannel

_PACKAGE: Final = "task_ledger.notifier"

TOLD: Final = 50
"""Maximum number of ids in one row of the access log."""


class SendState(StrEnum):
    """Whether a notification is waiting (also for its next try), was sent, or was given up."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification.

    Attributes:
        key: identifies it to its receiver: the header `webhook-id` is `msg_` and this.
        tries: number of tries since it was created or last queued again.
        try_at: time of the next try, while it is waiting.
        ended_at: when it was sent or given up.
        last_error: why the last try failed.
    """

    id: int
    key: UUID
    channel: str
    trigger: str
    project_id: str | None
    task_id: UUID | None
    state: SendState
    tries: int
    made_at: datetime
    try_at: datetime
    ended_at: datetime | None
    last_error: str | None


def list_notifications(
    connection: Connection[Any],
    state: SendState,
    *,
    limit: int,
    reach: Reach = None,
    before: int | None = None,
) -> list[Notification]:
    """The newest `limit` notifications in a state.

    Args:
        reach: limit to these projects; None for all, including notifications without a project.
        before: limit to lower ids.
    """
    values = {
        "state": str(state),
        "limit": limit,
        "projects": projects_of(reach),
        "before": before,
    }
    with ledger_errors():
        rows = connection.execute(query("notifications", _PACKAGE), values).fetchall()
    return [_notification(row) for row in rows]


def send_again(
    connection: Connection[Any], ids: Collection[int] | None, *, actor: str, reach: Reach = None
) -> list[int]:
    """Queue given-up notifications again, with as many tries as a new one.

    The receiver gets them after notifications sent in the meantime.

    Args:
        ids: None for all.
        reach: as for `list_notifications`.

    Returns:
        The ids that were queued; the others do not exist or were not given up.
    """
    values = {"ids": None if ids is None else list(ids), "projects": projects_of(reach)}
    with ledger_errors(), connection.transaction():
        rows = connection.execute(query("send_again", _PACKAGE), values).fetchall()
        by_project: dict[str | None, list[int]] = {}
        for id_, project_id in sorted(rows, key=lambda row: row[0]):
            by_project.setdefault(project_id, []).append(id_)
        for project_id, queued in by_project.items():
            record_access(
                connection, actor, "notifications_resent", project_id=project_id,
                detail=_told(queued),
            )  # fmt: skip
    return sorted(row[0] for row in rows)


def send_test(connection: Connection[Any], channel: str, *, actor: str) -> int:
    """Create a notification marked as a test, or make the one that is waiting due now.

    Returns:
        Its id.

    Raises:
        InvalidChannel: the channel does not exist.
    """
    values = {"channel": channel}
    with ledger_errors(), connection.transaction():
        try:
            row = connection.execute(query("insert_test", _PACKAGE), values).fetchone()
        except psycopg.errors.ForeignKeyViolation as error:
            raise InvalidChannel(f"there is no channel {channel}") from error
        assert row is not None  # noqa: S101 - the statement finds or makes one
        record_access(
            connection, actor, "channel_tested", detail=f"{channel}: notification {row[0]}"
        )
    return int(row[0])


def _notification(row: Any) -> Notification:
    *about, state, tries, made_at, try_at, ended_at, last_error = row
    id_, key, channel, trigger, project_id, task_id = about
    return Notification(
        id_, key, channel, trigger, project_id, task_id, SendState(state), tries, made_at, try_at,
        ended_at, last_error,
    )  # fmt: skip


def _told(ids: list[int]) -> str:
    told = ", ".join(map(str, ids[:TOLD]))
    return told if len(ids) <= TOLD else f"{told} and {len(ids) - TOLD} more"
