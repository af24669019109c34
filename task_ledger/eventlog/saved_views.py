"""Views of a project's tasks that are saved under a name: a query, an order and columns.

Every function runs one statement on the psycopg connection it is given, which must be on autocommit
for a change to take effect at once. Changes need the role of the API.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.task_order import Order

MOST: Final = 100
"""Maximum number of saved views of a project."""


@dataclass(frozen=True, slots=True)
class View:
    """What a list of tasks shows.

    Attributes:
        query: in the query language; empty for all tasks.
        columns: names of columns, which only the page knows; None for those that it shows at first.
    """

    query: str
    order: Order = Order.NEWEST
    columns: list[str] | None = None


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view with its name, and who saved it last."""

    name: str
    view: View
    saved_by: str
    saved_at: datetime


def read_views(connection: Connection[Any], project_id: str) -> list[SavedView]:
    """A project's saved views, by name."""
    with ledger_errors():
        rows = connection.execute(query("saved_views"), {"project_id": project_id}).fetchall()
    return [
        SavedView(name, View(text, Order(order), columns), saved_by, saved_at)
        for name, text, order, columns, saved_by, saved_at in rows
    ]


def save_view(
    connection: Connection[Any], project_id: str, name: str, view: View, *, actor: str
) -> bool:
    """Save a view, over the one that has its name. False if the project has `MOST` others."""
    parameters = {
        "project_id": project_id,
        "name": name,
        "query": view.query,
        "sorted_by": str(view.order),
        "columns": view.columns,
        "saved_by": actor,
        "most": MOST,
    }
    with ledger_errors():
        return connection.execute(query("save_view"), parameters).fetchone() is not None


def delete_view(connection: Connection[Any], project_id: str, name: str) -> bool:
    """Delete a saved view. False if there is none of this name."""
    parameters = {"project_id": project_id, "name": name}
    with ledger_errors():
        return connection.execute(query("delete_view"), parameters).fetchone() is not None
