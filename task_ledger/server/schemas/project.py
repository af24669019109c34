"""Projects in API responses."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from task_ledger.model.transitions import Status


class ProjectAnswer(BaseModel):
    """A project."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    created_at: datetime | None = Field(
        description="When the project was created. For a project known only from its tasks, when "
        "the first one was registered; null while it has none."
    )
    created_by: str | None = Field(
        description="Who created the project or registered that first task; null while it has none."
    )
    attributes: dict[str, str] = Field(
        description="Further attributes from the application, by name."
    )


class ListedProjectAnswer(ProjectAnswer):
    """A project and its number of tasks."""

    tasks: dict[Status, int] = Field(
        description="Number of tasks by status; statuses without tasks are omitted."
    )


class ProjectsAnswer(BaseModel):
    """A page of the projects that the caller may see, by id."""

    projects: list[ListedProjectAnswer]
    next: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last page."
    )
