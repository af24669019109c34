"""Answers about several tasks, and to what is asked of one."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from task_ledger.model.transitions import Status
from task_ledger.server.schemas.task import TaskAnswer


class Behind(BaseModel):
    """The task that a list was to wait for, which it does not know yet at that version."""

    task_id: UUID
    version: int = Field(description="The version that was waited for.")
    folded_version: int = Field(description="The version that the list knows; 0 for none.")


class TaskListAnswer(BaseModel):
    """A page of a project's tasks, read from the projection."""

    tasks: list[TaskAnswer]
    counts: dict[Status, int] = Field(
        description="Tasks by status, by every filter but the one by status."
    )
    counted_since: datetime | None = Field(
        description="Only tasks that were created then or later are counted, because of `q` or "
        "`since`; null if all are."
    )
    next: str | None = Field(description="`cursor` of the next page; null on the last one.")
    looked_to: datetime | int | None = Field(
        description="Where a page that is not full stopped looking: there may be more from `next` "
        "on. When that task was created or ended, or what it took in milliseconds, as the order "
        "goes. Null on a full page and on the last one."
    )
    behind: Behind | None = Field(
        description="With `after`: set when the list had not folded it in time."
    )
    lag_s: float = Field(
        description="How far the projection is behind the log: the age in seconds of the oldest "
        "committed event that lists do not show yet; 0 for none."
    )
    server_time: datetime = Field(description="For countdowns and ages.")


class CancelAnswer(BaseModel):
    """The cancel stands: the task will not end in SUCCESS."""

    task_id: UUID
    outcome: str = Field(description="accepted, or already: an earlier one was accepted.")
    status: Status
    version: int
