"""Projects: the list of those that the caller may see, and single ones."""

from task_ledger.server.auth import Caller
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import text_cursor_of, text_of
from task_ledger.server.parameters import Limit, NextText
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.project import ListedProjectAnswer, ProjectAnswer, ProjectsAnswer

router = api_router("projects")


@router.get("/projects")
async def list_projects(
    identity: Caller,
    shared: Shared,
    limit: Limit = 100,
    cursor: NextText = None,
) -> ProjectsAnswer:
    """The projects that the caller may see, by id, with the number of tasks by status."""
    after = text_of(cursor, "projects") if cursor is not None else None
    among = sorted(identity.projects) if identity.projects is not None else None
    found = await shared.read(
        lambda connection: shared.projects.page(
            connection, after=after, limit=limit + 1, among=among
        )
    )
    listed = found[:limit]
    tasks, _ = await shared.read_late(
        lambda connection: shared.projects.task_counts(connection, [each.id for each in listed])
    )
    return ProjectsAnswer(
        projects=[
            ListedProjectAnswer(
                **ProjectAnswer.model_validate(each).model_dump(), tasks=tasks.get(each.id, {})
            )
            for each in listed
        ],
        next=text_cursor_of(found[limit - 1].id, "projects") if len(found) > limit else None,
    )


@router.get("/projects/{project_id}", responses=declared(404))
async def get_project(project_id: ProjectInReach, shared: Shared) -> ProjectAnswer:
    """One project."""
    project = await shared.read(lambda connection: shared.projects.get(connection, project_id))
    return ProjectAnswer.model_validate(project)
