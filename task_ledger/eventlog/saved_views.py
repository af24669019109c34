"""Saved views of a project's tasks: a named query, order and columns.

Every function runs one statement on the psycopg connection it is given, which must be on autocommit
for a change to take effect at once. Changes need the role of the API.
"""

import unicodedata
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
    """The settings of a task list.

    Attributes:
        query: in the query language; empty for all tasks.
        columns: names of columns, defined by the page; None for its defaults.
    """

    query: str
    order: Order = Order.NEWEST
    columns: list[str] | None = None


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view with its name, and who last saved it."""

    name: str
    view: View
    saved_by: str
    saved_at: datetime


def check_name(name: str) -> str:
    """Return `name` if it can be saved: one line that can be used in a URL's path.

    Browsers and proxies resolve `.` and `..`, and split at `/`, even if escaped.

    Raises:
        ValueError: it is blank, `.` or `..`, or has a slash, a line end or a control character.
    """
    if name.strip() in {"", ".", ".."}:
        raise ValueError("must not be blank, `.` or `..`")
    if any(c == "/" or unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in name):
        raise ValueError("must not have a slash, a line end or a control character")
    return name


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
    """Save a view, replacing one with its name. Saves in one project wait for each other.

    Args:
        name: a name that `check_name` accepts.

    Returns:
        False if the project already has `MOST` others; then nothing is saved.

    Raises:
        LedgerBusy: another save took more than five seconds.
    """
    parameters = {
        "project_id": project_id,
        "name": name,
        "query": view.query,
        "sorted_by": str(view.order),
        "columns": view.columns,
        "saved_by": actor,
    }
    with ledger_errors():
        row = connection.execute(query("save_view"), parameters).fetchone()
    return bool(row and row[0])


def delete_view(connection: Connection[Any], project_id: str, name: str) -> bool:
    """Delete a saved view. Returns False if there is none with this name."""
    parameters = {"project_id": project_id, "name": name}
    with ledger_errors():
        return connection.execute(query("delete_view"), parameters).fetchone() is not None
