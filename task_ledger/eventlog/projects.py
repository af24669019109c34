"""Changes of projects by admins: names, descriptions, and hiding them from lists of projects.

A hidden project's tasks, links, queries, audits and exports stay as they are; see
`docs/decisions/0043-projects.md`. Every function runs one statement on the psycopg connection it is
given, which must be on autocommit, and needs the role of the API. Each change is recorded in the
access log; repeating it changes and records nothing.
"""

from typing import Any, Final

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query

MAX_NAME: Final = 100
"""Maximum length of a project's name, in characters."""

MAX_DESCRIPTION: Final = 300
"""Maximum length of a project's description, in characters."""


def name_project(
    connection: Connection[Any],
    project_id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    actor: str,
) -> bool:
    """Give a project a name and a description for people.

    Args:
        name: one line of at most `MAX_NAME` characters; None keeps the current one, blank text
            removes it.
        description: at most `MAX_DESCRIPTION` characters; None and blank text as for `name`.

    Returns:
        Whether this changed anything.

    Raises:
        InvalidEvent: a part of the ledger acts under the name `actor`, or a value is invalid.
        LedgerBusy: another change of the project took more than five seconds.
    """
    parameters = {
        "project_id": project_id,
        "name": name,
        "description": description,
        "actor": actor,
    }
    return _change(connection, "name_project", parameters)


def hide_project(connection: Connection[Any], project_id: str, *, actor: str) -> bool:
    """Hide a project from lists of projects.

    Returns:
        Whether it was not hidden before.

    Raises:
        InvalidEvent, LedgerBusy: as `name_project`.
    """
    return _change(connection, "hide_project", {"project_id": project_id, "actor": actor})


def unhide_project(connection: Connection[Any], project_id: str, *, actor: str) -> bool:
    """Show a hidden project in lists again.

    Returns:
        Whether it was hidden.

    Raises:
        InvalidEvent, LedgerBusy: as `name_project`.
    """
    return _change(connection, "unhide_project", {"project_id": project_id, "actor": actor})


def _change(connection: Connection[Any], name: str, parameters: dict[str, Any]) -> bool:
    with ledger_errors():
        row = connection.execute(query(name), parameters).fetchone()
    return bool(row and row[0])
