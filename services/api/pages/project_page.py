"""`/projects/{id}`: a project's tasks, kept up to date by its live stream."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse

from services.api.asking import Asking
from services.api.cursors import cursor_of, position_of
from services.api.pages.rendering import page_router, render
from services.api.parameters import Text
from services.api.reach import ProjectInReach
from services.api.resources import Shared
from takeoff.models import Project
from task_ledger.lag import read_lag
from task_ledger.listing import Position, TaskFilter, count_by_status, list_tasks
from task_ledger.timeline import timeline_head
from task_ledger.transitions import Status

router = page_router()

AT_ONCE = 50


@router.get("/projects/{project_id}")
async def project_page(
    *,
    identity: Asking,
    project_id: ProjectInReach,
    shared: Shared,
    status: Annotated[list[Status], Query()] = [],  # noqa: B006
    q: Text | None = None,
    cursor: Text | None = None,
) -> HTMLResponse:
    """A page of tasks, newest first."""
    wanted = TaskFilter(frozenset(status), text=q)
    scope = repr((project_id, sorted(status), [], q, None))
    position = position_of(cursor, scope) if cursor is not None else None
    # The head first: what comes while the rest is read makes the page ask again.
    head = await shared.read(lambda connection: timeline_head(connection, project_id))
    tasks, counts, lag = await shared.read(
        lambda connection: (
            list_tasks(connection, project_id, wanted, limit=AT_ONCE + 1, behind=position),
            count_by_status(connection, project_id, wanted),
            read_lag(connection),
        )
    )
    async with shared.sessions() as session:
        project = await session.get(Project, project_id)
    last = tasks[AT_ONCE - 1] if len(tasks) > AT_ONCE else None
    return render(
        "project.html",
        identity=identity,
        project_id=project_id,
        name=project.name if project else project_id,
        can_upload=project is not None and identity.role in ("operator", "admin"),
        tasks=tasks[:AT_ONCE],
        counts=counts,
        chosen=status,
        q=q,
        paging=cursor is not None,
        next=cursor_of(Position(last.created_at, last.task_id), scope) if last else None,
        head=head,
        lag=lag,
    )
