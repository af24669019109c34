"""Which projects there are: those that have tasks, and those that an application knows itself.

The ledger has no table of projects: a project is the text that tasks were registered with. An
application that keeps projects of its own tells of them by a `ProjectSource`.
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
        name: for people; the id where nothing else is known.
        created_at, created_by: when and by whom it was made: of one that only the log knows,
            its first event's; None before there is any.
        attributes: what its source tells of it besides, by name.
    """

    id: str
    name: str
    created_at: datetime | None
    created_by: str | None
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])


class ProjectSource(Protocol):
    """The projects that an application knows by itself, with or without tasks."""

    def __call__(
        self,
        connection: Connection[Any],
        *,
        after: str | None,
        limit: int,
        among: Sequence[str] | None,
    ) -> Sequence[Project]:
        """A page of the projects, ordered by id as the ledger's database orders text.

        Args:
            connection: of the ledger's database, acting as the api, on autocommit.
            after: only ids behind this one; None for all.
            limit: at most so many.
            among: only these ids; None for all.
        """
        ...


@dataclass(frozen=True, slots=True)
class Projects:
    """The projects of the log and of `sources`. Each method blocks, on the connection it is given.

    Where two know a project, the earlier source's word counts, and any source's before the log's.
    """

    sources: Sequence[ProjectSource] = ()

    def exists(self, connection: Connection[Any], project_id: str) -> bool:
        """Whether tasks were registered in it, or a source knows it."""
        arguments = {"project_id": project_id}
        found = connection.execute(query("project_in_log", PACKAGE), arguments).fetchone()
        return found is not None or bool(self._known(connection, None, 1, [project_id]))

    def get(self, connection: Connection[Any], project_id: str) -> Project:
        """What is known of the project, whether or not it exists."""
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
        """At most `limit` projects behind the id `after`, by id.

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
        """How many tasks of each status each project has; statuses without any are left out."""
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
