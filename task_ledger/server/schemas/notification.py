"""Channels, rules and notifications in API responses."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from task_ledger.notifier.channels import Channel, Kind
from task_ledger.notifier.notifications import Notification, SendState
from task_ledger.notifier.rules import Rule, Trigger


class ChannelAnswer(BaseModel):
    """A channel: a destination of notifications."""

    name: str
    kind: Kind
    to: str = Field(description="The host of a webhook, the addresses of a mail.")
    sent_at: datetime | None = Field(description="When the last message was accepted.")
    failing_since: datetime | None = Field(
        description="The first failed try since then; null if the last try succeeded."
    )
    last_error: str | None = Field(description="Why the last try failed.")


class ChannelsAnswer(BaseModel):
    """A part of the channels, by name."""

    channels: list[ChannelAnswer]
    next: str | None = Field(description="`after` of the next page; null at the end.")
    server_time: datetime


class RuleAnswer(BaseModel):
    """A rule: which events and conditions are sent to a channel."""

    id: int
    channel: str
    trigger: Trigger
    project_id: str | None = Field(description="Null for all projects.")
    task_id: UUID | None = Field(description="For a rule about one task's end, that task.")
    query: str = Field(description="In the query language; empty for all tasks.")
    quiet_s: float = Field(description="Seconds of quiet after a notification.")
    after_s: float = Field(description="With `queue.stuck`, the minimum wait in seconds.")
    made_by: str
    made_at: datetime
    active_since: datetime = Field(description="When it was created or last resumed.")
    paused_at: datetime | None = Field(description="It notifies nothing since then.")
    changed_by: str | None = Field(description="Who changed, paused or resumed it last.")
    changed_at: datetime | None


class RulesAnswer(BaseModel):
    """A part of the rules, by id."""

    rules: list[RuleAnswer]
    next: int | None = Field(description="`after` of the next page; null at the end.")
    server_time: datetime


class PreviewAnswer(BaseModel):
    """What a rule would have notified, had it existed."""

    matches: int = Field(description="Number of notifications, before any quiet time.")
    since: datetime = Field(description="How far back ended tasks were read.")
    complete: bool = Field(description="Whether that is the last 24 hours.")


class NotificationAnswer(BaseModel):
    """A notification and whether it was accepted."""

    id: int
    message_id: str = Field(description="The `webhook-id` at its receiver.")
    channel: str
    trigger: str
    project_id: str | None
    task_id: UUID | None
    state: SendState
    tries: int
    made_at: datetime
    try_at: datetime = Field(description="The time of the next try, while waiting.")
    ended_at: datetime | None = Field(description="When it was sent or given up.")
    last_error: str | None


class NotificationsAnswer(BaseModel):
    """A part of the notifications in a state, the newest first."""

    notifications: list[NotificationAnswer]
    next: int | None = Field(description="`before` of the next page; null at the end.")
    server_time: datetime


class TestAnswer(BaseModel):
    """A test that is waiting to be sent."""

    id: int


class SentAgainAnswer(BaseModel):
    """The notifications queued to be sent again."""

    ids: list[int]


def channel_answer(channel: Channel) -> ChannelAnswer:
    """The channel as an API response."""
    return ChannelAnswer(
        name=channel.name,
        kind=channel.kind,
        to=channel.shown,
        sent_at=channel.sent_at,
        failing_since=channel.failing_since,
        last_error=channel.last_error,
    )


def rule_answer(rule: Rule) -> RuleAnswer:
    """The rule as an API response."""
    return RuleAnswer(
        id=rule.id,
        channel=rule.channel,
        trigger=rule.trigger,
        project_id=rule.project_id,
        task_id=rule.task_id,
        query=rule.query,
        quiet_s=rule.quiet_s,
        after_s=rule.after_s,
        made_by=rule.made_by,
        made_at=rule.made_at,
        active_since=rule.active_since,
        paused_at=rule.paused_at,
        changed_by=rule.changed_by,
        changed_at=rule.changed_at,
    )


def notification_answer(notification: Notification) -> NotificationAnswer:
    """The notification as an API response."""
    return NotificationAnswer(
        id=notification.id,
        message_id=f"msg_{notification.key}",
        channel=notification.channel,
        trigger=notification.trigger,
        project_id=notification.project_id,
        task_id=notification.task_id,
        state=notification.state,
        tries=notification.tries,
        made_at=notification.made_at,
        try_at=notification.try_at,
        ended_at=notification.ended_at,
        last_error=notification.last_error,
    )
