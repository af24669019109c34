"""Groups of failures in API responses."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from task_ledger.eventlog.failures import DAYS, HOURS


class HandledAnswer(BaseModel):
    """Who handled a group last."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    actor: str
    comment: str | None


class FailureGroupAnswer(BaseModel):
    """The failures of a project's tasks that have the same fingerprint."""

    model_config = ConfigDict(from_attributes=True)

    project_id: str
    fingerprint: str = Field(
        description="The same for the same type of task, error type, place, and message without "
        "numbers and ids. `fingerprint:` in a query finds its tasks."
    )
    task_type: str
    error_type: str
    place: str | None = Field(
        description="The application's function that raised the error; null if unknown."
    )
    message: str | None = Field(
        description="The message of the newest task; null if it is no longer kept."
    )
    first_at: datetime = Field(description="When the first of its tasks failed.")
    last_at: datetime = Field(description="When the newest of its tasks failed.")
    tasks: int = Field(description="Number of tasks.")
    last_task_id: UUID = Field(description="The newest of its tasks.")
    hours: list[int] = Field(
        description=f"Failures in each of the last {HOURS} hours, the current one last."
    )
    days: list[int] = Field(
        description=f"Failures in each of the last {DAYS} times 24 hours, the current one last."
    )
    open: bool = Field(
        description="True if it was never handled, or a task has failed like this since."
    )
    handled: HandledAnswer | None = Field(description="Null if it was never handled.")


class FailuresAnswer(BaseModel):
    """A page of groups of failures, the one with the newest failure first."""

    groups: list[FailureGroupAnswer]
    next: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last page."
    )
    lag_s: float = Field(
        description="How far the projection is behind the log, in seconds; 0 if it is not."
    )
    server_time: datetime = Field(description="The server's clock, for computing ages.")
