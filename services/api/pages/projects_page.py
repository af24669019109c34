"""`/`: the projects within reach, and what their tasks are doing."""

from fastapi.responses import HTMLResponse
from sqlalchemy import select

from services.api.asking import Asking
from services.api.pages.rendering import page_router, render
from services.api.resources import Shared
from takeoff.models import Project
from task_ledger.database import query
from task_ledger.transitions import Status

router = page_router()

AT_MOST = 200


@router.get("/")
async def projects_page(identity: Asking, shared: Shared) -> HTMLResponse:
    """The newest projects."""
    statement = select(Project).order_by(Project.created_at.desc(), Project.id).limit(AT_MOST)
    if identity.projects is not None:
        statement = statement.where(Project.id.in_(identity.projects))
    async with shared.sessions() as session:
        projects = list(await session.scalars(statement))
    rows = await shared.read(
        lambda connection: connection.execute(
            query("tasks_by_project", "services.api"), {"projects": [p.id for p in projects]}
        ).fetchall()
    )
    counts: dict[str, dict[str, int]] = {}
    for project_id, status, count in rows:
        counts.setdefault(project_id, {})[status] = count
    return render(
        "projects.html",
        identity=identity,
        projects=projects,
        counts=counts,
        statuses=[str(status) for status in Status],
    )
