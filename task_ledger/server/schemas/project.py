"""Projects in API responses."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from task_ledger.model.transitions import Status


class HiddenAnswer(BaseModel):
    """Since when a project is hidden from lists of projects, and by whom."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    by: str
    new_events: int = Field(description="How many events its timeline got since then.")


class ProjectAnswer(BaseModel):
    """A project."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    description: str | None = Field(description="Given by an admin.")
    named_by_application: bool = Field(
        description="Whether the name is the application's, so that it cannot be changed here."
    )
    hidden: HiddenAnswer | None = Field(description="Null if it is not hidden.")
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


class HiddenProjectsAnswer(BaseModel):
    """How many of the projects that the caller may see are hidden; of the first 5,000."""

    projects: int
    with_new_events: int = Field(description="Those that got events since they were hidden.")


class ProjectsAnswer(BaseModel):
    """A page of the projects that the caller may see, by id."""

    projects: list[ListedProjectAnswer]
    hidden: HiddenProjectsAnswer
    next: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last page. A page with it may "
        "be short, or empty: each looks at 5,000 projects at most."
    )
