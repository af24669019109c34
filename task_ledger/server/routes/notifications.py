"""A project's notifications and their rules. Channels are made with `task-ledger notify`."""

from typing import Annotated, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from task_ledger.eventlog.actor import current_actor
from task_ledger.notifier.channels import list_channels
from task_ledger.notifier.errors import InvalidRule
from task_ledger.notifier.notifications import SendState, list_notifications, send_again
from task_ledger.notifier.rules import (
    MAX_QUIET_S,
    Rule,
    Trigger,
    add_rule,
    delete_rule,
    list_rules,
)
from task_ledger.server.auth import Caller, Operating
from task_ledger.server.authorization import ProjectInReach, TaskInReach
from task_ledger.server.parameters import Limit, Number, QueryText, Text
from task_ledger.server.problems import ProblemError, declared, not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.notification import (
    ChannelsAnswer,
    NotificationsAnswer,
    RuleAnswer,
    RulesAnswer,
    SentAgainAnswer,
    channel_answer,
    notification_answer,
    rule_answer,
)
from task_ledger.server.task_pages import parsed_query

router = api_router("notifications")


class AddRule(BaseModel):
    """What is to be notified of a project."""

    model_config = ConfigDict(extra="forbid")

    channel: Text
    trigger: Literal["task.failed", "task.ended", "failure.first", "failure.returned"]
    query: QueryText = Field(default="", description="In the query language; empty for all tasks.")
    quiet_s: Annotated[float, Field(ge=0, le=MAX_QUIET_S)] = 0.0


class NotifyEnd(BaseModel):
    """Where the end of a task is to be notified."""

    model_config = ConfigDict(extra="forbid")

    channel: Text


@router.get("/notification-channels")
async def list_notification_channels(_: Caller, shared: Shared) -> ChannelsAnswer:
    """Where notifications can be sent, without addresses and secrets."""
    found = await shared.read(list_channels)
    return ChannelsAnswer(channels=[channel_answer(each) for each in found])


@router.get("/projects/{project_id}/notification-rules", responses=declared(404))
async def list_notification_rules(project_id: ProjectInReach, shared: Shared) -> RulesAnswer:
    """A project's rules, by id, without those of all projects."""
    found = await shared.read(lambda connection: list_rules(connection, project_id))
    return RulesAnswer(rules=[rule_answer(each) for each in found])


@router.post(
    "/projects/{project_id}/notification-rules",
    responses=declared(403, 404, 408, 413, 422),
    status_code=201,
)
async def add_notification_rule(
    project_id: ProjectInReach, rule: AddRule, _: Operating, shared: Shared
) -> RuleAnswer:
    """Notify a channel of what happens in a project from now on. Needs the role operator or
    admin."""
    parsed_query(rule.query)
    return await _add(
        shared, rule.channel, Trigger(rule.trigger), project_id, text=rule.query,
        quiet_s=rule.quiet_s,
    )  # fmt: skip


@router.delete("/projects/{project_id}/notification-rules/{rule_id}", responses=declared(403, 404))
async def delete_notification_rule(
    project_id: ProjectInReach, rule_id: Number, _: Operating, shared: Shared
) -> RulesAnswer:
    """Delete a rule of a project. Needs the role operator or admin."""

    def delete() -> list[Rule] | None:
        with shared.reading() as connection:
            if not delete_rule(connection, rule_id, project_id=project_id):
                return None
            return list_rules(connection, project_id)

    found = await to_thread.run_sync(delete)
    if found is None:
        raise not_found("rule")
    return RulesAnswer(rules=[rule_answer(each) for each in found])


@router.post("/tasks/{task_id}/notify", responses=declared(403, 404, 408, 413, 422))
async def notify_end(
    task: TaskInReach, wanted: NotifyEnd, _: Operating, shared: Shared
) -> RuleAnswer:
    """Notify a channel once, when a task ends; at once if it has ended. Needs the role operator or
    admin."""
    return await _add(shared, wanted.channel, Trigger.ENDED, task.project_id, task_id=task.task_id)


@router.get("/projects/{project_id}/notifications", responses=declared(404))
async def list_project_notifications(
    project_id: ProjectInReach,
    shared: Shared,
    state: SendState = SendState.DEAD,
    limit: Limit = 50,
    before: Annotated[Number | None, Query(description="`next` of the previous page.")] = None,
) -> NotificationsAnswer:
    """A project's notifications in a state, the newest first; by default those that were given
    up."""
    found = await shared.read(
        lambda connection: list_notifications(
            connection, state, limit=limit, reach=project_id, before=before
        )
    )
    return NotificationsAnswer(
        notifications=[notification_answer(each) for each in found],
        next=found[-1].id if len(found) == limit else None,
    )


@router.post(
    "/projects/{project_id}/notifications/{notification_id}/again", responses=declared(403, 404)
)
async def send_notification_again(
    project_id: ProjectInReach, notification_id: Number, _: Operating, shared: Shared
) -> SentAgainAnswer:
    """Send a notification again that was given up. Needs the role operator or admin."""

    def again() -> list[int]:
        with shared.reading() as connection:
            return send_again(connection, [notification_id], reach=project_id)

    found = await to_thread.run_sync(again)
    if not found:
        raise not_found("notification that was given up")
    return SentAgainAnswer(ids=found)


async def _add(
    shared: Resources,
    channel: str,
    trigger: Trigger,
    project_id: str,
    *,
    task_id: UUID | None = None,
    text: str = "",
    quiet_s: float = 0.0,
) -> RuleAnswer:
    actor = current_actor()

    def add() -> Rule:
        with shared.reading() as connection:
            return add_rule(
                connection, channel, trigger, actor=actor, project_id=project_id,
                task_id=task_id, text=text, quiet_s=quiet_s,
            )  # fmt: skip

    try:
        return rule_answer(await to_thread.run_sync(add))
    except InvalidRule as error:
        raise ProblemError(422, "invalid_rule", f"{error}.") from error
