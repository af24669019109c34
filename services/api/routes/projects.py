"""Creates projects, and changes their unit system."""

from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import IntegrityError

from services.api.authorization import MadeProjectInReach
from services.api.changing import changed
from services.api.resources import Takeoff
from services.api.schemas.changes import ChangedAnswer
from takeoff.corrections import edit_project
from takeoff.models import Project
from takeoff.projects import check_project_id, new_project_id
from takeoff.terms import UnitSystem
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.addresses import address_of
from task_ledger.server.auth import Administering, Operating
from task_ledger.server.parameters import Text
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.routes.router import PREFIX, api_router
from task_ledger.server.schemas.project import ProjectAnswer

router = api_router("projects")


class NewProject(BaseModel):
    """A project to create."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=200, pattern=r"\S")]
    id: Text | None = Field(
        default=None,
        description="1 to 64 characters of A-Z a-z 0-9 . _ -. Default: a generated id.",
    )
    unit_system: UnitSystem = Field(
        default=UnitSystem.IMPERIAL,
        description="Units of the project's conditions; stored as its attribute `unit_system`.",
    )


class ProjectEdit(BaseModel):
    """New settings for a project."""

    model_config = ConfigDict(extra="forbid")

    unit_system: UnitSystem


@router.patch("/projects/{project_id}", responses=declared(403, 404, 408, 413, 422))
async def change_project(
    project_id: MadeProjectInReach, _: Operating, takeoff: Takeoff, edit: ProjectEdit
) -> ChangedAnswer:
    """Change the unit system for the project's new conditions; existing ones keep their units.
    Needs the role operator or admin.
    """
    by = current_actor()
    return await changed(
        takeoff, lambda session: edit_project(session, project_id, edit.unit_system, by)
    )


@router.post("/projects", status_code=201, responses=declared(403, 409, 408, 413, 422))
async def make_project(
    *,
    new: NewProject,
    identity: Administering,
    takeoff: Takeoff,
    request: Request,
    response: Response,
) -> ProjectAnswer:
    """Create a project. Needs the role admin and a token for all projects."""
    if identity.projects is not None:
        raise ProblemError(
            403,
            "reach",
            "A token for named projects cannot create projects. Use a token for all projects.",
        )
    project_id = check_project_id(new.id) if new.id is not None else new_project_id()
    async with takeoff.sessions() as session:
        project = Project(
            id=project_id,
            name=new.name,
            created_by=current_actor(),
            unit_system=new.unit_system,
        )
        session.add(project)
        try:
            await session.flush()
        except IntegrityError as error:
            raise ProblemError(
                409, "project_exists", "A project with this id already exists. Choose another id."
            ) from error
        await session.refresh(project)
        answer = ProjectAnswer(
            id=project.id,
            name=project.name,
            description=None,
            named_by_application=True,
            hidden=None,
            created_at=project.created_at,
            created_by=project.created_by,
            attributes={"unit_system": project.unit_system},
        )
        await session.commit()
    response.headers["Location"] = address_of(request, f"{PREFIX}/projects/{answer.id}")
    return answer
