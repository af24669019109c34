"""Projects: those with tasks, those that admins have named, and those known to an application.

The log knows a project only as the text with which tasks were registered. An application with its
own projects provides them through a `ProjectSource`, and then their names are the application's;
see `docs/decisions/0043-projects.md`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Protocol

from psycopg import Connection

from task_ledger.eventlog.database import query
from task_ledger.model.transitions import Status
from task_ledger.server import PACKAGE

LOOK: Final = 5000
"""Maximum number of projects that a page looks at."""

_STEP: Final = 500


@dataclass(frozen=True, slots=True)
class Hidden:
    """Since when a project is hidden, and by whom.

    Attributes:
        new_events: how many events its timeline got since then.
    """

    at: datetime
    by: str
    new_events: int


@dataclass(frozen=True, slots=True)
class Project:
    """A project.

    Attributes:
        name: for people; defaults to the id.
        created_at, created_by: when and by whom it was created. For a project known only from the
            log, the time and actor of its first event; None while it has none.
        attributes: further attributes from its source, by name.
        named_by_application: whether a source gives the name, so that admins cannot change it. Set
            by `Projects`, like the following.
        description: by an admin, for people.
        hidden: None if it is not hidden.
    """

    id: str
    name: str
    created_at: datetime | None
    created_by: str | None
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    named_by_application: bool = False
    description: str | None = None
    hidden: Hidden | None = None

    def matches(self, search: str) -> bool:
        """Whether the id or the name has this text, in upper or lower case."""
        text = search.casefold()
        return text in self.id.casefold() or text in self.name.casefold()


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """A page of projects.

    Attributes:
        after: the id after which the next page begins; None on the last page.
    """

    projects: list[Project]
    after: str | None


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
        """Whether the project has tasks or a name, is hidden, or a source knows it."""
        arguments = {"project_id": project_id}
        found = connection.execute(query("project_in_log", PACKAGE), arguments).fetchone()
        return found is not None or bool(self._known(connection, None, 1, [project_id]))

    def get(self, connection: Connection[Any], project_id: str) -> Project:
        """The project's attributes, whether or not it exists."""
        (project,) = _dated(connection, self._some(connection, None, 1, [project_id]))
        return project

    def page(
        self,
        connection: Connection[Any],
        *,
        after: str | None,
        limit: int,
        among: Sequence[str] | None,
        search: str | None = None,
        hidden: bool = True,
        exact_first: bool = False,
    ) -> ProjectPage:
        """At most `limit` projects after the id `after`, by id.

        Looks at most at `LOOK` projects, so a page with `after` may be short, or empty.

        Args:
            among: exactly these, whether or not they exist; None for all that exist.
            search: only those whose id or name has this text, in upper or lower case.
            hidden: also those that are hidden.
            exact_first: the project whose id is `search` begins the first page, and is on no other.
        """
        found: list[Project] = []
        exact = search if exact_first else None
        if exact is not None and after is None:
            found = self._exact(connection, exact, among, hidden=hidden)
        looked = 0
        while looked < LOOK:
            step = _STEP if search is not None else min(limit + 1, _STEP)
            some = self._some(connection, after, step, among)
            for project in some:
                wanted = (search is None or project.matches(search)) and project.id != exact
                if wanted and (hidden or not project.hidden):
                    found.append(project)
                if len(found) > limit:
                    return ProjectPage(_dated(connection, found[:limit]), after or "")
                after = project.id
            looked += len(some)
            if len(some) < step:
                return ProjectPage(_dated(connection, found), None)
        return ProjectPage(_dated(connection, found), after)

    def hidden(
        self, connection: Connection[Any], among: Sequence[str] | None, most: int = LOOK
    ) -> tuple[int, int]:
        """How many projects are hidden, and how many of these have new events since.

        Args:
            among: of these; None for all.
            most: how many hidden projects to look at.
        """
        arguments = {"among": list(among) if among is not None else None, "most": most}
        row = connection.execute(query("hidden_projects", PACKAGE), arguments).fetchone()
        return (row[0], row[1]) if row is not None else (0, 0)

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

    def _exact(
        self,
        connection: Connection[Any],
        project_id: str,
        among: Sequence[str] | None,
        *,
        hidden: bool,
    ) -> list[Project]:
        """The project with this id, if a page without a search could list it."""
        (project,) = self._some(connection, None, 1, [project_id])
        if among is not None:
            listed = project_id in among
        else:
            arguments = {"project_id": project_id}
            row = connection.execute(query("project_listed", PACKAGE), arguments).fetchone()
            listed = row is not None or project.named_by_application
        return [project] if listed and (hidden or not project.hidden) else []

    def _some(
        self,
        connection: Connection[Any],
        after: str | None,
        limit: int,
        among: Sequence[str] | None,
    ) -> list[Project]:
        """A page without the first events of projects known only from the log."""
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
        found: list[Project] = []
        for project_id, name, description, hidden_at, hidden_by, new_events in rows:
            project = known.get(project_id) or Project(project_id, name or project_id, None, None)
            found.append(
                replace(
                    project,
                    named_by_application=project_id in known,
                    description=description,
                    hidden=Hidden(hidden_at, hidden_by, new_events) if hidden_at else None,
                )
            )
        return found

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


def _dated(connection: Connection[Any], projects: Sequence[Project]) -> list[Project]:
    """The projects, those known only from the log with the time and actor of their first event."""
    unknown = [project.id for project in projects if not project.named_by_application]
    rows = connection.execute(query("first_events", PACKAGE), {"projects": unknown}).fetchall()
    first = {project_id: (recorded_at, actor) for project_id, recorded_at, actor in rows}
    return [
        replace(project, created_at=first[project.id][0], created_by=first[project.id][1])
        if project.id in first
        else project
        for project in projects
    ]
