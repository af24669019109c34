"""The takeoff's own projects, for the ledger's server."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from task_ledger.eventlog.database import query
from task_ledger.server.projects import Project


def made_projects(
    connection: Connection[Any],
    *,
    after: str | None,
    limit: int,
    among: Sequence[str] | None,
) -> list[Project]:
    """A page of the projects; see `task_ledger.server.projects.ProjectSource`."""
    among = list(among) if among is not None else None
    arguments = {"after": after, "limit": limit, "among": among}
    rows = connection.execute(query("made_projects", "services.api"), arguments)
    return [Project(*row, attributes={"unit_system": unit_system}) for *row, unit_system in rows]
