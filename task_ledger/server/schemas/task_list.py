"""Responses of the list of tasks and of a cancel."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from task_ledger.model.transitions import Status
from task_ledger.server.schemas.task import TaskAnswer


class Behind(BaseModel):
    """The task and version in `after` that the list does not show yet."""

    task_id: UUID
    version: int = Field(description="The version given in `after`.")
    folded_version: int = Field(
        description="The version that the list shows; 0 if it does not show the task."
    )


class TaskListAnswer(BaseModel):
    """A page of a project's tasks, read from the projection."""

    tasks: list[TaskAnswer]
    counts: dict[Status, int] = Field(
        description="Number of tasks by status, with every filter except `status` applied."
    )
    counted_since: datetime | None = Field(
        description="With `q`, `since` or `as_of`: only tasks created at this time or later are "
        "counted. Null if all are."
    )
    next: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last page."
    )
    looked_to: datetime | int | None = Field(
        description="Where a page that is not full stopped searching; `next` continues from "
        "there. Depending on the order, it is the time when the last examined task was created "
        "or ended, or its duration in milliseconds. Null on a full page and on the last page."
    )
    behind: Behind | None = Field(
        description="With `after`: set if the list did not include that version in time."
    )
    as_of: datetime | None = Field(
        default=None, description="The time as of which tasks and counts are; null for the present."
    )
    lag_s: float = Field(
        description="How far the projection is behind the log: the age in seconds of the oldest "
        "committed event that lists do not show yet, and how late a read replica is that answered; "
        "0 if neither."
    )
    server_time: datetime = Field(
        description="The server's clock, for computing countdowns and ages."
    )


class RetryNowAnswer(BaseModel):
    """The next attempt is due."""

    task_id: UUID
    outcome: str = Field(description="`accepted`; or `already` if the countdown was over.")
    status: Status
    version: int


class CancelAnswer(BaseModel):
    """The cancel was accepted: the task will not end in SUCCESS."""

    task_id: UUID
    outcome: str = Field(
        description="`accepted`; or `already` if an earlier cancel had been accepted."
    )
    status: Status
    version: int
