"""Rules: which events and conditions are notified, and to which channel.

Every function runs on the given psycopg connection, with the API's role, and commits only if the
connection is on autocommit. Changes are recorded in the access log.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection

from task_ledger.eventlog.access_log import Action, record_access
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_reach import Reach, projects_of
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
        active_since: when it was created or last resumed; events recorded earlier are not notified.
        paused_at: it notifies nothing since then; None if it is not paused.
        changed_by: who changed, paused or resumed it last.
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
    active_since: datetime
    paused_at: datetime | None
    changed_by: str | None
    changed_at: datetime | None


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
        InvalidRule: the channel does not exist or is already notified of the task's end, or an
            argument does not fit the trigger.
    """
    _check(text, quiet_s, after_s)
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
    with ledger_errors(), connection.transaction(), _of_channel(channel):
        row = connection.execute(query("insert_rule", _PACKAGE), values).fetchone()
        if row is None:
            raise InvalidRule(f"{channel} is already notified when this task ends")
        rule = _rule(row)
        _record(connection, actor, "rule_added", rule, f"{trigger} to {channel}")
    return rule


def change_rule(
    connection: Connection[Any],
    rule_id: int,
    *,
    actor: str,
    reach: Reach = None,
    channel: str | None = None,
    text: str | None = None,
    quiet_s: float | None = None,
    after_s: float | None = None,
    paused: bool | None = None,
) -> Rule | None:
    """Change, pause or resume a standing rule; None leaves a value as it is.

    A changed rule applies to events that the notifier has not read yet, a resumed one to events
    recorded from now on. Notifications that were created before are still sent.

    Args:
        reach: change it only if it belongs to one of these projects; None for any rule, also one of
            all projects.

    Returns:
        The changed rule; None if no such standing rule exists.

    Raises:
        BadQuery: `text` is not a valid query.
        InvalidRule: the channel does not exist, or an argument does not fit the trigger.
    """
    _check(text or "", quiet_s or 0.0, 300.0 if after_s is None else after_s)
    changes = {
        "channel": channel,
        "query": text,
        "quiet_s": quiet_s,
        "after_s": after_s,
        "paused": paused,
    }
    values = changes | {"id": rule_id, "projects": projects_of(reach), "changed_by": actor}
    with ledger_errors(), connection.transaction(), _of_channel(channel):
        row = connection.execute(query("change_rule", _PACKAGE), values).fetchone()
        if row is None:
            return None
        rule = _rule(row)
        if text and rule.trigger not in OF_TASKS:
            raise InvalidRule(f"{rule.trigger} takes no query; leave it out")
        words = [name for name, value in changes.items() if value is not None and name != "paused"]
        if paused is not None:
            words.append("paused" if paused else "resumed")
        _record(connection, actor, "rule_changed", rule, ", ".join(words) or "nothing")
    return rule


def list_rules(
    connection: Connection[Any],
    reach: Reach = None,
    *,
    after: int = 0,
    limit: int | None = None,
) -> list[Rule]:
    """Rules by id, at most `limit`.

    Args:
        reach: limit to the rules of these projects; None for all, including those of all projects.
        after: limit to higher ids.
    """
    values = {"projects": projects_of(reach), "after": after, "limit": limit}
    with ledger_errors():
        rows = connection.execute(query("rules", _PACKAGE), values).fetchall()
    return [_rule(row) for row in rows]


def standing_rules(connection: Connection[Any]) -> list[Rule]:
    """The standing rules by id: all but paused ones and those for the end of one task."""
    rows = connection.execute(query("standing_rules", _PACKAGE)).fetchall()
    return [_rule(row) for row in rows]


def delete_rule(
    connection: Connection[Any], rule_id: int, *, actor: str, reach: Reach = None
) -> Rule | None:
    """Delete a rule; its notifications are still sent.

    Args:
        reach: as for `change_rule`.

    Returns:
        The rule as it was; None if it does not exist.
    """
    values = {"id": rule_id, "projects": projects_of(reach)}
    with ledger_errors(), connection.transaction():
        row = connection.execute(query("delete_rule", _PACKAGE), values).fetchone()
        if row is None:
            return None
        rule = _rule(row)
        _record(connection, actor, "rule_deleted", rule, f"{rule.trigger} to {rule.channel}")
    return rule


def _check(text: str, quiet_s: float, after_s: float) -> None:
    task_filter(text, datetime.now(UTC))
    if not 0 <= quiet_s <= MAX_QUIET_S or not 1 <= after_s <= MAX_QUIET_S:
        raise InvalidRule("a quiet time has 0 s to 31 days, and a queue is stuck after 1 s or more")


@contextmanager
def _of_channel(channel: str | None) -> Generator[None]:
    try:
        yield
    except psycopg.errors.ForeignKeyViolation as error:
        raise InvalidRule(f"there is no channel {channel}") from error


def _record(
    connection: Connection[Any], actor: str, action: Action, rule: Rule, detail: str
) -> None:
    record_access(
        connection, actor, action, project_id=rule.project_id, task_id=rule.task_id,
        detail=f"rule {rule.id}: {detail}",
    )  # fmt: skip


def _rule(row: Any) -> Rule:
    rule_id, channel, trigger, *rest = row
    return Rule(rule_id, channel, Trigger(trigger), *rest)
