"""Saved views in API responses."""

from datetime import datetime

from pydantic import BaseModel, Field

from task_ledger.eventlog.saved_views import SavedView
from task_ledger.eventlog.task_order import Order


class SavedViewAnswer(BaseModel):
    """A named query of a project's tasks."""

    name: str
    query: str = Field(description="In the query language; empty for all tasks.")
    order: Order
    columns: list[str] | None = Field(description="The page's columns; null for its defaults.")
    saved_by: str
    saved_at: datetime


class SavedViewsAnswer(BaseModel):
    """A project's saved views, by name."""

    views: list[SavedViewAnswer]


def saved_view_answer(saved: SavedView) -> SavedViewAnswer:
    """The view as an API response."""
    return SavedViewAnswer(
        name=saved.name,
        query=saved.view.query,
        order=saved.view.order,
        columns=saved.view.columns,
        saved_by=saved.saved_by,
        saved_at=saved.saved_at,
    )
