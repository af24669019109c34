"""Saved views of a project's tasks."""

from typing import Annotated

from anyio import to_thread
from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.saved_views import (
    MOST,
    View,
    check_name,
    delete_view,
    read_views,
    save_view,
)
from task_ledger.eventlog.task_order import Order
from task_ledger.server.auth import Operating
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.parameters import QueryText, plain
from task_ledger.server.problems import ProblemError, declared, not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.saved_view import SavedViewsAnswer, saved_view_answer
from task_ledger.server.task_pages import parsed_query

router = api_router("views")

ViewName = Annotated[str, Path(min_length=1, max_length=100), AfterValidator(plain)]
NewViewName = Annotated[ViewName, AfterValidator(check_name)]
ColumnName = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]


class SaveView(BaseModel):
    """A query, an order and columns."""

    model_config = ConfigDict(extra="forbid")

    query: QueryText = Field(default="", description="In the query language.")
    order: Order = Order.NEWEST
    columns: Annotated[list[ColumnName], Field(max_length=50)] | None = None


@router.get("/projects/{project_id}/views", responses=declared(404))
async def list_saved_views(project_id: ProjectInReach, shared: Shared) -> SavedViewsAnswer:
    """A project's saved views, by name; at most 100."""
    return await _all(shared, project_id)


@router.put(
    "/projects/{project_id}/views/{name:any_text}",
    responses=declared(403, 404, 408, 409, 413, 422),
)
async def put_saved_view(
    project_id: ProjectInReach, name: NewViewName, view: SaveView, _: Operating, shared: Shared
) -> SavedViewsAnswer:
    """Save a view for everybody who may see the project, replacing one with the same name. Needs
    the role operator or admin. A name must not contain `/`, a line end or a control character, and
    must not be `.` or `..`.
    """
    parsed_query(view.query)
    actor = current_actor()

    def save() -> bool:
        with shared.reading() as connection:
            wanted = View(view.query, view.order, view.columns)
            return save_view(connection, project_id, name, wanted, actor=actor)

    if not await to_thread.run_sync(save):
        raise ProblemError(
            409, "too_many_views", f"A project has at most {MOST} saved views; delete one first."
        )
    return await _all(shared, project_id)


@router.delete("/projects/{project_id}/views/{name:any_text}", responses=declared(403, 404))
async def delete_saved_view(
    project_id: ProjectInReach, name: ViewName, _: Operating, shared: Shared
) -> SavedViewsAnswer:
    """Delete a saved view. Needs the role operator or admin."""

    def delete() -> bool:
        with shared.reading() as connection:
            return delete_view(connection, project_id, name)

    if not await to_thread.run_sync(delete):
        raise not_found("view")
    return await _all(shared, project_id)


async def _all(shared: Resources, project_id: str) -> SavedViewsAnswer:
    views = await shared.read(lambda connection: read_views(connection, project_id))
    return SavedViewsAnswer(views=[saved_view_answer(view) for view in views])
