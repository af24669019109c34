"""Queues in API responses."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class PauseAnswer(BaseModel):
    """Since when a queue is paused, by whom and why."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    by: str
    reason: str


class DepthAnswer(BaseModel):
    """What the broker said about a queue."""

    model_config = ConfigDict(from_attributes=True)

    messages: int | None = Field(
        description="Messages that no worker has received yet; null if RabbitMQ has no such queue."
    )
    consumers: int | None = Field(
        description="Of RabbitMQ; null on Redis and Valkey, which do not know them."
    )
    asked_at: datetime


class QueueAnswer(BaseModel):
    """A queue: what waits in it, and who takes from it."""

    model_config = ConfigDict(from_attributes=True)

    queue: str
    waiting: int = Field(description="Due tasks that no worker has started.")
    later: int = Field(description="Tasks that are due later.")
    blocked: int = Field(description="Tasks that wait for other tasks to end.")
    first_due_at: datetime | None = Field(
        description="When the first of the waiting tasks was due; null if none waits."
    )
    more: bool = Field(
        description="There are more tasks than were counted: those that wait longest were."
    )
    workers: int = Field(description="Living workers that take from the queue.")
    processes: int = Field(description="How many tasks these work on at once.")
    pause: PauseAnswer | None = Field(description="Null if the queue is not paused.")
    depth: DepthAnswer | None = Field(
        description="Null if the broker was not asked, or the token does not reach all projects."
    )
    no_worker: bool = Field(
        description="An alarm: a task has waited for over 15 s, and no worker takes from the queue."
    )


class QueuesAnswer(BaseModel):
    """The queues, by name."""

    queues: list[QueueAnswer]
    lag_s: float = Field(
        description="How far the projection is behind the log, in seconds; 0 if it is not."
    )
    server_time: datetime = Field(description="The server's clock, for computing ages.")
