"""Projects: the list of those that the caller may see, single ones, and their changes by admins."""

from collections.abc import Callable
from typing import Annotated, Any, Final
from unicodedata import category

from fastapi import Query
from psycopg import Connection
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.projects import (
    MAX_DESCRIPTION,
    MAX_NAME,
    hide_project,
    name_project,
    unhide_project,
)
from task_ledger.server.auth import Administering, Caller
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import text_cursor_of, text_of
from task_ledger.server.parameters import Limit, NextText, Text, plain
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.projects import Project
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.project import (
    HiddenProjectsAnswer,
    ListedProjectAnswer,
    ProjectAnswer,
    ProjectsAnswer,
)

router = api_router("projects")


_JOINERS: Final = "\u200c\u200d"
"""Persian and Indic words, and some emoji, are written with them."""


def _one_line(text: str) -> str:
    if any(not c.isprintable() and c not in _JOINERS and category(c) != "Zs" for c in text):
        raise ValueError("must be one line without control characters")
    return text


class ProjectName(BaseModel):
    """A new name, a new description, or both; blank text removes one."""

    model_config = ConfigDict(extra="forbid")

    name: (
        Annotated[str, Field(max_length=MAX_NAME), AfterValidator(plain), AfterValidator(_one_line)]
        | None
    ) = Field(default=None, description="Default: the current one.")
    description: Annotated[str, Field(max_length=MAX_DESCRIPTION), AfterValidator(plain)] | None = (
        Field(default=None, description="Default: the current one.")
    )


@router.get("/projects")
async def list_projects(
    *,
    identity: Caller,
    shared: Shared,
    limit: Limit = 100,
    cursor: NextText = None,
    search: Annotated[
        Text | None, Query(description="Only those with this text in the id or the name.")
    ] = None,
    hidden: Annotated[bool, Query(description="Also those that are hidden.")] = False,
) -> ProjectsAnswer:
    """The projects that the caller may see, by id, with the number of tasks by status. The one
    whose id is exactly the text searched for comes first."""
    scope = f"projects {hidden} {search or ''}"
    after = text_of(cursor, scope) if cursor is not None else None
    among = sorted(identity.projects) if identity.projects is not None else None
    found, (count, with_new) = await shared.read(
        lambda connection: (
            shared.projects.page(
                connection,
                after=after,
                limit=limit,
                among=among,
                search=search,
                hidden=hidden,
                exact_first=True,
            ),
            shared.projects.hidden(connection, among),
        )
    )
    tasks, _ = await shared.read_late(
        lambda connection: shared.projects.task_counts(
            connection, [each.id for each in found.projects]
        )
    )
    return ProjectsAnswer(
        projects=[
            ListedProjectAnswer(
                **ProjectAnswer.model_validate(each).model_dump(), tasks=tasks.get(each.id, {})
            )
            for each in found.projects
        ],
        hidden=HiddenProjectsAnswer(projects=count, with_new_events=with_new),
        next=text_cursor_of(found.after, scope) if found.after is not None else None,
    )


@router.get("/projects/{project_id}", responses=declared(404))
async def get_project(project_id: ProjectInReach, shared: Shared) -> ProjectAnswer:
    """One project."""
    return ProjectAnswer.model_validate(await _project(shared, project_id))


@router.patch("/projects/{project_id}/name", responses=declared(403, 404, 408, 409, 413, 422))
async def rename_project(
    new: ProjectName, _: Administering, project_id: ProjectInReach, shared: Shared
) -> ProjectAnswer:
    """Give a project a name and a description. Recorded in the access log. A name that an
    application gives cannot be changed here. Needs the role admin."""
    if new.name is not None and (await _project(shared, project_id)).named_by_application:
        raise ProblemError(
            409, "named_by_application", "The application gives this project its name."
        )
    return await _changed(shared, project_id, name_project, **new.model_dump())


@router.post("/projects/{project_id}/hide", responses=declared(403, 404, 409))
async def hide(_: Administering, project_id: ProjectInReach, shared: Shared) -> ProjectAnswer:
    """Hide a project from lists of projects; its tasks and addresses stay as they are. Recorded in
    the access log, once. Needs the role admin."""
    return await _changed(shared, project_id, hide_project)


@router.post("/projects/{project_id}/unhide", responses=declared(403, 404, 409))
async def unhide(_: Administering, project_id: ProjectInReach, shared: Shared) -> ProjectAnswer:
    """Show a hidden project in lists again. Recorded in the access log, once. Needs the role
    admin."""
    return await _changed(shared, project_id, unhide_project)


async def _changed(
    shared: Resources, project_id: str, change: Callable[..., bool], **what: Any
) -> ProjectAnswer:
    actor = current_actor()

    def act(connection: Connection[Any]) -> Project:
        change(connection, project_id, actor=actor, **what)
        return shared.projects.get(connection, project_id)

    return ProjectAnswer.model_validate(await shared.read(act))


async def _project(shared: Resources, project_id: str) -> Project:
    return await shared.read(lambda connection: shared.projects.get(connection, project_id))
