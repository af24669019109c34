"""Schedules in API responses."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class ScheduleAnswer(BaseModel):
    """An entry of a beat schedule."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    task: str | None = Field(description="The name of its task; null before a beat has told.")
    schedule: str | None = Field(description="When it is due, in Celery's words.")
    project_id: str | None = Field(description="The project of its tasks; null if untracked.")
    last_run_at: datetime | None = Field(
        description="When the schedule started it last; null before the first time."
    )
    next_run_at: datetime | None = Field(description="When it is due next, if `watched`.")
    watched: bool = Field(
        description="Whether a beat has looked at it within a minute; if not, nothing starts it."
    )
    runs: int = Field(description="How often the schedule has started it.")
    last_task_id: UUID | None = Field(description="The task that was started last.")
    failure: str | None = Field(description="The type of the error if the last start failed.")
    asked_by: str | None = Field(
        description="Who asked to start it now; null once a beat has done it."
    )
    asked_at: datetime | None


class SchedulesAnswer(BaseModel):
    """The entries of beat schedules, by name."""

    schedules: list[ScheduleAnswer]
    server_time: datetime = Field(description="The server's clock, for computing ages.")
