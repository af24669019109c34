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


class ChannelsAnswer(BaseModel):
    """All channels, by name."""

    channels: list[ChannelAnswer]


class RuleAnswer(BaseModel):
    """A rule: which events of a project are sent to a channel."""

    id: int
    channel: str
    trigger: Trigger
    task_id: UUID | None = Field(description="For a rule about one task's end, that task.")
    query: str = Field(description="In the query language; empty for all tasks.")
    quiet_s: float = Field(description="Seconds of quiet after a notification.")
    made_by: str
    made_at: datetime


class RulesAnswer(BaseModel):
    """A project's rules, by id."""

    rules: list[RuleAnswer]


class NotificationAnswer(BaseModel):
    """A notification and whether it was accepted."""

    id: int
    message_id: str = Field(description="The `webhook-id` at its receiver.")
    channel: str
    trigger: str
    task_id: UUID | None
    state: SendState
    tries: int
    made_at: datetime
    try_at: datetime = Field(description="The time of the next try, while waiting.")
    ended_at: datetime | None = Field(description="When it was sent or given up.")
    last_error: str | None


class NotificationsAnswer(BaseModel):
    """A part of a project's notifications, the newest first."""

    notifications: list[NotificationAnswer]
    next: int | None = Field(description="`before` of the next page; null at the end.")


class SentAgainAnswer(BaseModel):
    """The notifications queued to be sent again."""

    ids: list[int]


def channel_answer(channel: Channel) -> ChannelAnswer:
    """The channel as an API response."""
    return ChannelAnswer(name=channel.name, kind=channel.kind, to=channel.shown)


def rule_answer(rule: Rule) -> RuleAnswer:
    """The rule as an API response."""
    return RuleAnswer(
        id=rule.id,
        channel=rule.channel,
        trigger=rule.trigger,
        task_id=rule.task_id,
        query=rule.query,
        quiet_s=rule.quiet_s,
        made_by=rule.made_by,
        made_at=rule.made_at,
    )


def notification_answer(notification: Notification) -> NotificationAnswer:
    """The notification as an API response."""
    return NotificationAnswer(
        id=notification.id,
        message_id=f"msg_{notification.key}",
        channel=notification.channel,
        trigger=notification.trigger,
        task_id=notification.task_id,
        state=notification.state,
        tries=notification.tries,
        made_at=notification.made_at,
        try_at=notification.try_at,
        ended_at=notification.ended_at,
        last_error=notification.last_error,
    )
