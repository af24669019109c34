"""Rules: which events and conditions are notified, and to which channel.

Every function runs one statement on the given psycopg connection, with the API's role, and commits
only if the connection is on autocommit.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.notifier.errors import InvalidRule

_PACKAGE: Final = "task_ledger.notifier"

MAX_QUIET_S: Final = 31 * 86_400.0
"""Maximum length of a quiet time, in seconds."""


class Trigger(StrEnum):
    """Event or condition that can be notified; the `type` of a webhook's message."""

    FAILED = "task.failed"
    """A task has failed for good."""

    ENDED = "task.ended"
    """A task has ended, with any status."""

    FIRST = "failure.first"
    """A task has failed with an error that is new in the project."""

    RETURNED = "failure.returned"
    """A handled group of failures has failed again."""

    STUCK = "queue.stuck"
    """Messages are not published, or no worker consumes a queue."""

    REFUSED = "seal.refused"
    """The sealer refuses to sign, because the log does not extend what was sealed."""


OF_TASKS: Final = (Trigger.FAILED, Trigger.ENDED, Trigger.FIRST, Trigger.RETURNED)
"""The triggers fired by the end of a task."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        project_id: None for all projects.
        task_id: limit to the end of this task.
        query: limit to matching tasks, in the query language; empty for all.
        quiet_s: seconds after a notification during which the project's further ones are held back.
        after_s: with `Trigger.STUCK`, the minimum wait in seconds.
        made_at: events recorded earlier are not notified.
    """

    id: int
    channel: str
    trigger: Trigger
    project_id: str | None
    task_id: UUID | None
    query: str
    quiet_s: float
    after_s: float
    made_by: str
    made_at: datetime


def add_rule(
    connection: Connection[Any],
    channel: str,
    trigger: Trigger,
    *,
    actor: str,
    project_id: str | None = None,
    task_id: UUID | None = None,
    text: str = "",
    quiet_s: float = 0.0,
    after_s: float = 300.0,
) -> Rule:
    """Create a rule for events recorded from now on. If `task_id` has already ended, its end is
    notified at once.

    Args:
        channel: the name of a channel.
        text: in the query language.

    Returns:
        The rule with its id.

    Raises:
        BadQuery: `text` is not a valid query.
        InvalidRule: the channel does not exist, or an argument does not fit the trigger.
    """
    task_filter(text, datetime.now(UTC))
    if not 0 <= quiet_s <= MAX_QUIET_S or not 1 <= after_s <= MAX_QUIET_S:
        raise InvalidRule("a quiet time has 0 s to 31 days, and a queue is stuck after 1 s or more")
    if trigger not in OF_TASKS and (text or project_id is not None):
        raise InvalidRule(f"{trigger} takes no project, task or query; leave them out")
    if task_id is not None and (trigger is not Trigger.ENDED or text):
        raise InvalidRule(f"a rule for one task takes {Trigger.ENDED} and no query")
    values = {
        "channel": channel,
        "trigger": str(trigger),
        "project_id": project_id,
        "task_id": task_id,
        "query": text,
        "quiet_s": quiet_s,
        "after_s": after_s,
        "made_by": actor,
    }
    with ledger_errors():
        try:
            row = connection.execute(query("insert_rule", _PACKAGE), values).fetchone()
        except psycopg.errors.ForeignKeyViolation as error:
            raise InvalidRule(f"there is no channel {channel}") from error
    assert row is not None  # noqa: S101 - an INSERT … RETURNING has one row
    return _rule(row)


def list_rules(connection: Connection[Any], project_id: str | None = None) -> list[Rule]:
    """All rules, or one project's rules, by id."""
    with ledger_errors():
        rows = connection.execute(query("rules", _PACKAGE), {"project_id": project_id}).fetchall()
    return [_rule(row) for row in rows]


def standing_rules(connection: Connection[Any]) -> list[Rule]:
    """The standing rules by id: all but the rules for the end of one task."""
    rows = connection.execute(query("standing_rules", _PACKAGE)).fetchall()
    return [_rule(row) for row in rows]


def delete_rule(
    connection: Connection[Any], rule_id: int, *, project_id: str | None = None
) -> bool:
    """Delete a rule; its notifications are still sent.

    Args:
        project_id: delete it only if it belongs to this project.

    Returns:
        False if the rule does not exist.
    """
    values = {"id": rule_id, "project_id": project_id}
    with ledger_errors():
        return bool(connection.execute(query("delete_rule", _PACKAGE), values).rowcount)


def _rule(row: Any) -> Rule:
    rule_id, channel, trigger, *rest = row
    return Rule(rule_id, channel, Trigger(trigger), *rest)
