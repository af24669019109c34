"""A project's unit system, changed by hand."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from takeoff.corrections import history
from takeoff.corrections.errors import NotThere
from takeoff.models import Change, Project
from takeoff.terms import UnitSystem


def edit_project(
    session: Session,
    project_id: str,
    unit_system: UnitSystem,
    by: str,
    undoes: uuid.UUID | None = None,
) -> Change:
    """Change the unit system for a project's new conditions; existing conditions keep their units.

    Writes in the session's transaction, commits nothing and records one change.

    Raises:
        NotThere: there is no such project.
    """
    project = locked_project(session, project_id)
    before, project.unit_system = project.unit_system, unit_system
    session.flush()
    return history.of_project(session, project, before, by, undoes=undoes)


def locked_project(session: Session, project_id: str) -> Project:
    """Return the project with its row locked, so that its units cannot change.

    Raises:
        NotThere: there is none.
    """
    statement = select(Project).where(Project.id == project_id).with_for_update(key_share=True)
    project = session.scalar(statement.execution_options(populate_existing=True))
    if project is None:
        raise NotThere("The project no longer exists.")
    return project
