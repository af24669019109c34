"""The months of a project that have left the ledger."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from task_ledger.eventlog.retired import retired_months
from task_ledger.model.transitions import Status
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router

router = api_router("projects")


class RetiredMonthAnswer(BaseModel):
    """A month whose tasks have left the ledger for an archive."""

    model_config = ConfigDict(from_attributes=True)

    month: str = Field(description="As `2026-05`, by the ids of the tasks.")
    archive: str = Field(description="The name of the archive; an operator knows where it is.")
    retired_at: datetime
    events: int
    tasks: int
    first_seq: int = Field(description="The first number of the month in the timeline.")
    last_seq: int = Field(
        description="The last one. Numbers of other months may be between the two."
    )
    counts: dict[str, dict[Status, int]] = Field(description="Number of tasks by type and status.")


class RetiredMonthsAnswer(BaseModel):
    """The retired months of a project, the oldest first."""

    months: list[RetiredMonthAnswer]


@router.get("/projects/{project_id}/retired", responses=declared(404))
async def list_retired_months(project_id: ProjectInReach, shared: Shared) -> RetiredMonthsAnswer:
    """The months of the project that are in archives: their tasks are in no list and no
    timeline."""
    found = await shared.read(lambda connection: retired_months(connection, project_id))
    return RetiredMonthsAnswer(months=[RetiredMonthAnswer.model_validate(each) for each in found])
