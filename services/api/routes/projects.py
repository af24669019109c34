"""Projects: make one, list those within reach, look at one."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.api.answers.drawings import ListedProjectAnswer, ProjectAnswer, ProjectsAnswer
from services.api.asking import Administering, Asking
from services.api.cursors import text_cursor_of, text_of
from services.api.parameters import Limit, NextText, Text
from services.api.problems import ProblemError, declared, not_found
from services.api.resources import Shared
from services.api.routes.router import PREFIX, api_router
from takeoff.models import Project
from takeoff.projects import check_project_id, new_project_id
from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.database import query
from task_ledger.model.transitions import Status

router = api_router("projects")


class NewProject(BaseModel):
    """A project to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=200, pattern=r"\S")]
    id: Text | None = Field(default=None, description="1 to 64 of A-Z a-z 0-9 . _ -; or made.")


@router.post("/projects", status_code=201, responses=declared(403, 409, 413, 422))
async def make_project(
    new: NewProject, identity: Administering, shared: Shared, response: Response
) -> ProjectAnswer:
    """Make a project. Needs the role admin, and a token that reaches all projects."""
    if identity.projects is not None:
        raise ProblemError(
            403, "reach", "A token for named projects cannot make others. Use one for all projects."
        )
    project_id = check_project_id(new.id) if new.id is not None else new_project_id()
    async with shared.sessions() as session:
        project = Project(id=project_id, name=new.name, created_by=current_actor())
        session.add(project)
        try:
            await session.flush()
        except IntegrityError as error:
            raise ProblemError(
                409, "project_exists", "There is a project with this id. Choose another one."
            ) from error
        await session.refresh(project)
        answer = ProjectAnswer.model_validate(project)
        await session.commit()
    response.headers["Location"] = f"{PREFIX}/projects/{answer.id}"
    return answer


@router.get("/projects")
async def list_projects(
    identity: Asking,
    shared: Shared,
    limit: Limit = 100,
    cursor: NextText = None,
) -> ProjectsAnswer:
    """The projects within reach, by id, with their tasks by status."""
    statement = select(Project).order_by(Project.id).limit(limit + 1)
    if identity.projects is not None:
        statement = statement.where(Project.id.in_(identity.projects))
    if cursor is not None:
        statement = statement.where(Project.id > text_of(cursor, "projects"))
    async with shared.sessions() as session:
        projects = list(await session.scalars(statement))
    listed = projects[:limit]
    counts = await shared.read(
        lambda connection: connection.execute(
            query("tasks_by_project", "services.api"), {"projects": [each.id for each in listed]}
        ).fetchall()
    )
    tasks: dict[str, dict[Status, int]] = {}
    for project_id, status, count in counts:
        tasks.setdefault(project_id, {})[Status(status)] = count
    return ProjectsAnswer(
        projects=[
            ListedProjectAnswer(
                **ProjectAnswer.model_validate(each).model_dump(), tasks=tasks.get(each.id, {})
            )
            for each in listed
        ],
        next=(
            text_cursor_of(projects[limit - 1].id, "projects") if len(projects) > limit else None
        ),
    )


@router.get("/projects/{project_id}", responses=declared(404))
async def get_project(project_id: Text, identity: Asking, shared: Shared) -> ProjectAnswer:
    """One project."""
    async with shared.sessions() as session:
        project = await session.get(Project, project_id)
    if project is None or not identity.reaches(project.id):
        raise not_found("project")
    return ProjectAnswer.model_validate(project)
