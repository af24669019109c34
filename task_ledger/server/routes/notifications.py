"""Notifications and their channels. Channels are created with `task-ledger notify`."""

from datetime import UTC, datetime
from typing import Annotated

from anyio import to_thread
from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from task_ledger.eventlog.actor import current_actor
from task_ledger.notifier.channels import list_channels
from task_ledger.notifier.errors import InvalidChannel, InvalidRule
from task_ledger.notifier.notifications import SendState, list_notifications, send_again, send_test
from task_ledger.notifier.rules import Rule, Trigger, add_rule
from task_ledger.server.auth import Caller, Operating
from task_ledger.server.authorization import TaskInReach, project_in_reach
from task_ledger.server.parameters import Limit, Number, ProjectId, Text, plain
from task_ledger.server.problems import ProblemError, declared, not_found
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.notification import (
    ChannelsAnswer,
    NotificationsAnswer,
    RuleAnswer,
    SentAgainAnswer,
    TestAnswer,
    channel_answer,
    notification_answer,
    rule_answer,
)

router = api_router("notifications")

ChannelName = Annotated[str, Path(min_length=1, max_length=64), AfterValidator(plain)]


class NotifyEnd(BaseModel):
    """Where the end of a task is to be notified."""

    model_config = ConfigDict(extra="forbid")

    channel: Text


class SendAgain(BaseModel):
    """Which notifications are sent again."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Number], Field(min_length=1, max_length=50)]


@router.get("/notification-channels")
async def list_notification_channels(
    _: Caller,
    shared: Shared,
    limit: Limit = 100,
    after: Annotated[Text | None, Query(description="`next` of the previous page.")] = None,
) -> ChannelsAnswer:
    """Where notifications can be sent, by name, and whether the last tries were accepted; without
    addresses and secrets."""
    found = await shared.read(
        lambda connection: list_channels(connection, after=after or "", limit=limit + 1)
    )
    return ChannelsAnswer(
        channels=[channel_answer(each) for each in found[:limit]],
        next=found[limit - 1].name if len(found) > limit else None,
        server_time=datetime.now(UTC),
    )


@router.post("/notification-channels/{channel}/test", status_code=202, responses=declared(403, 404))
async def send_channel_test(channel: ChannelName, _: Operating, shared: Shared) -> TestAnswer:
    """Send a test to a channel; at most one is waiting. Recorded in the access log. Needs the role
    operator or admin."""
    actor = current_actor()

    def send() -> int:
        with shared.reading() as connection:
            return send_test(connection, channel, actor=actor)

    try:
        return TestAnswer(id=await to_thread.run_sync(send))
    except InvalidChannel as error:
        raise not_found("channel") from error


@router.post("/tasks/{task_id}/notify", responses=declared(403, 404, 408, 413, 422))
async def notify_end(
    task: TaskInReach, wanted: NotifyEnd, _: Operating, shared: Shared
) -> RuleAnswer:
    """Notify a channel once, when a task ends; at once if it has ended. Recorded in the access log.
    Needs the role operator or admin."""
    actor = current_actor()

    def add() -> Rule:
        with shared.reading() as connection:
            return add_rule(
                connection, wanted.channel, Trigger.ENDED, actor=actor,
                project_id=task.project_id, task_id=task.task_id,
            )  # fmt: skip

    try:
        return rule_answer(await to_thread.run_sync(add))
    except InvalidRule as error:
        raise ProblemError(422, "invalid_rule", f"{error}.") from error


@router.get("/notifications", responses=declared(404))
async def list_all_notifications(
    identity: Caller,
    shared: Shared,
    *,
    state: SendState = SendState.DEAD,
    project_id: Annotated[ProjectId | None, Query(description="Only of this project.")] = None,
    limit: Limit = 50,
    before: Annotated[Number | None, Query(description="`next` of the previous page.")] = None,
) -> NotificationsAnswer:
    """The notifications in a state, the newest first; by default those that were given up. A token
    that is limited to some projects sees theirs only, and none that belong to no project."""
    if project_id is not None:
        await project_in_reach(project_id, identity, shared)
    reach = identity.projects if project_id is None else project_id
    found = await shared.read(
        lambda connection: list_notifications(
            connection, state, limit=limit + 1, reach=reach, before=before
        )
    )
    return NotificationsAnswer(
        notifications=[notification_answer(each) for each in found[:limit]],
        next=found[limit - 1].id if len(found) > limit else None,
        server_time=datetime.now(UTC),
    )


@router.post("/notifications/again", responses=declared(403, 408, 413, 422))
async def send_notifications_again(
    wanted: SendAgain, identity: Operating, shared: Shared
) -> SentAgainAnswer:
    """Send notifications again that were given up; the others, and those of projects that the token
    does not reach, are left alone. Recorded in the access log. Needs the role operator or admin."""
    actor = current_actor()

    def again() -> list[int]:
        with shared.reading() as connection:
            return send_again(connection, wanted.ids, actor=actor, reach=identity.projects)

    return SentAgainAnswer(ids=await to_thread.run_sync(again))
