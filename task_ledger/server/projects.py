"""Projects: those with tasks, and those known to an application.

The ledger has no table of projects: a project is the text with which tasks were registered. An
application with its own projects provides them through a `ProjectSource`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from psycopg import Connection

from task_ledger.eventlog.database import query
from task_ledger.model.transitions import Status
from task_ledger.server import PACKAGE


@dataclass(frozen=True, slots=True)
class Project:
    """A project.

    Attributes:
        name: for people; defaults to the id.
        created_at, created_by: when and by whom it was created. For a project known only from the
            log, the time and actor of its first event; None while it has none.
        attributes: further attributes from its source, by name.
    """

    id: str
    name: str
    created_at: datetime | None
    created_by: str | None
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])


class ProjectSource(Protocol):
    """Lists an application's own projects, with or without tasks."""

    def __call__(
        self,
        connection: Connection[Any],
        *,
        after: str | None,
        limit: int,
        among: Sequence[str] | None,
    ) -> Sequence[Project]:
        """A page of the projects, ordered by id in the collation of the ledger's database.

        Args:
            connection: a connection to the ledger's database with the role of the API, on
                autocommit.
            after: only ids after this one; None for all.
            limit: maximum number of projects.
            among: only these ids; None for all.
        """
        ...


@dataclass(frozen=True, slots=True)
class Projects:
    """The projects of the log and of `sources`. Each method blocks on the connection it is given.

    If several know a project, the first source takes precedence, and the log comes last.
    """

    sources: Sequence[ProjectSource] = ()

    def exists(self, connection: Connection[Any], project_id: str) -> bool:
        """Whether the project has tasks, or a source knows it."""
        arguments = {"project_id": project_id}
        found = connection.execute(query("project_in_log", PACKAGE), arguments).fetchone()
        return found is not None or bool(self._known(connection, None, 1, [project_id]))

    def get(self, connection: Connection[Any], project_id: str) -> Project:
        """The project's attributes, whether or not it exists."""
        (project,) = self.page(connection, after=None, limit=1, among=[project_id])
        return project

    def page(
        self,
        connection: Connection[Any],
        *,
        after: str | None,
        limit: int,
        among: Sequence[str] | None,
    ) -> list[Project]:
        """At most `limit` projects after the id `after`, by id.

        Args:
            among: exactly these, whether or not they exist; None for all that exist.
        """
        known = self._known(connection, after, limit, among)
        rows = connection.execute(
            query("projects", PACKAGE),
            {
                "known": list(known if among is None else among),
                "in_log": among is None,
                "after": after,
                "limit": limit,
            },
        ).fetchall()
        return [
            known.get(project_id) or Project(project_id, project_id, created_at, created_by)
            for project_id, created_at, created_by in rows
        ]

    def task_counts(
        self, connection: Connection[Any], projects: Sequence[str]
    ) -> dict[str, dict[Status, int]]:
        """The number of tasks by status for each project; statuses without tasks are omitted."""
        tasks: dict[str, dict[Status, int]] = {}
        for project_id, status, count in connection.execute(
            query("tasks_by_project", PACKAGE), {"projects": list(projects)}
        ):
            tasks.setdefault(project_id, {})[Status(status)] = count
        return tasks

    def _known(
        self,
        connection: Connection[Any],
        after: str | None,
        limit: int,
        among: Sequence[str] | None,
    ) -> Mapping[str, Project]:
        return {
            project.id: project
            for source in reversed(self.sources)
            for project in source(connection, after=after, limit=limit, among=among)
        }
