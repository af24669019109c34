"""Queues in API responses."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class PauseAnswer(BaseModel):
    """The pause of a queue: when, by whom and why it began."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    by: str
    reason: str


class DepthAnswer(BaseModel):
    """The broker's numbers for a queue."""

    model_config = ConfigDict(from_attributes=True)

    messages: int | None = Field(
        description="Messages that no worker has received yet; null if RabbitMQ has no such queue."
    )
    consumers: int | None = Field(
        description="RabbitMQ's consumers; null on Redis and Valkey, which do not count them."
    )
    asked_at: datetime


class QueueAnswer(BaseModel):
    """A queue, its waiting tasks and its workers."""

    model_config = ConfigDict(from_attributes=True)

    queue: str
    waiting: int = Field(description="Due tasks that no worker has started.")
    later: int = Field(description="Tasks that are due later.")
    blocked: int = Field(description="Tasks that wait for other tasks to end.")
    first_due_at: datetime | None = Field(
        description="When the first of the waiting tasks was due; null if none waits."
    )
    more: bool = Field(
        description="There are more tasks than were counted; the oldest were counted."
    )
    workers: int = Field(description="Live workers of the queue.")
    processes: int = Field(description="How many tasks these workers can run at once.")
    pause: PauseAnswer | None = Field(description="Null if the queue is not paused.")
    depth: DepthAnswer | None = Field(
        description="Null if the broker was not asked, or the token does not reach all projects."
    )
    no_worker: bool = Field(
        description="An alarm: a task has waited for over 15 s, and no live worker serves it."
    )


class QueuesAnswer(BaseModel):
    """The queues, by name."""

    queues: list[QueueAnswer]
    lag_s: float = Field(
        description="How far the projection is behind the log, in seconds; 0 if it is not."
    )
    server_time: datetime = Field(description="The server's clock, for computing ages.")
