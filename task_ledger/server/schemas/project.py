"""Projects as they are answered."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from task_ledger.model.transitions import Status


class ProjectAnswer(BaseModel):
    """A project."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    created_at: datetime | None = Field(
        description="When it was made; of one that only its tasks tell of, when the first was "
        "registered. Null before there is any."
    )
    created_by: str | None = Field(description="By whom; null as `created_at`.")
    attributes: dict[str, str] = Field(
        description="What the application tells of it besides, by name."
    )


class ListedProjectAnswer(ProjectAnswer):
    """A project, and how many tasks it has."""

    tasks: dict[Status, int] = Field(
        description="Tasks by status; a status without any is left out."
    )


class ProjectsAnswer(BaseModel):
    """A page of the projects within reach, by id."""

    projects: list[ListedProjectAnswer]
    next: str | None = Field(description="`cursor` of the next page; null on the last one.")
