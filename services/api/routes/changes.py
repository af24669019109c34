"""The history of manual changes, and undoing them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import select

from services.api.authorization import ChangeInReach
from services.api.changing import changed
from services.api.resources import Takeoff
from services.api.schemas.changes import ChangeAnswer, ChangedAnswer, ChangesAnswer
from takeoff.corrections import undo
from takeoff.models import Change
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.auth import Operating
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import id_of, text_cursor_of
from task_ledger.server.parameters import Limit, NextText
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import api_router

router = api_router("takeoff")

Of = Annotated[UUID | None, Query(description="Only changes of this object.")]


@router.get("/projects/{project_id}/changes", responses=declared(404))
async def list_changes(
    *,
    project_id: ProjectInReach,
    takeoff: Takeoff,
    measurement_id: Of = None,
    condition_id: Of = None,
    page_id: Of = None,
    limit: Limit = 100,
    cursor: NextText = None,
) -> ChangesAnswer:
    """Manual changes in a project, newest first: who changed what, and when. Filtered by condition,
    changes of its measurements are included."""
    named = {"measurement_id": measurement_id, "condition_id": condition_id, "page_id": page_id}
    chosen = {name: each for name, each in named.items() if each is not None}
    scope = f"changes of {project_id} {chosen}"
    statement = select(Change).where(Change.project_id == project_id)
    for name, each in chosen.items():
        statement = statement.where(getattr(Change, name) == each)
    if cursor is not None:
        statement = statement.where(Change.id < id_of(cursor, scope))
    async with takeoff.sessions() as session:
        found = list(await session.scalars(statement.order_by(Change.id.desc()).limit(limit + 1)))
    return ChangesAnswer(
        changes=[ChangeAnswer.model_validate(each) for each in found[:limit]],
        next=text_cursor_of(str(found[limit - 1].id), scope) if len(found) > limit else None,
    )


@router.post("/changes/{change_id}/undo", responses=declared(403, 404, 409))
async def undo_change(change: ChangeInReach, _: Operating, takeoff: Takeoff) -> ChangedAnswer:
    """Undo a change. Undoing an undo repeats the change. Needs the role operator or admin."""
    by = current_actor()
    return await changed(takeoff, lambda session: undo(session, change.id, by))
