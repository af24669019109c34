"""The history of manual changes: author, time, and the rows before and after."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from takeoff.corrections.rows import as_json
from takeoff.models import Change, Condition, Document, Measurement, Page, Project
from takeoff.terms import ChangeAction, UnitSystem

Json = dict[str, Any]


def of_measurement(
    session: Session,
    action: ChangeAction,
    measurement: Measurement,
    before: Json | None,
    by: str,
    *,
    undoes: uuid.UUID | None = None,
) -> Change:
    """Record the change of a measurement; ``before`` is its earlier row, None if it was added."""
    condition = session.get_one(Condition, measurement.condition_id)
    deleted = action is ChangeAction.MEASUREMENT_DELETED
    return _recorded(
        session,
        Change(
            project_id=condition.project_id,
            action=action,
            page_id=measurement.page_id,
            condition_id=measurement.condition_id,
            measurement_id=measurement.id,
            before=before,
            after=None if deleted else as_json(measurement),
            changed_by=by,
            undoes=undoes,
        ),
    )


def of_measurements(
    session: Session,
    action: ChangeAction,
    condition: Condition,
    measurements: Sequence[Measurement],
    *,
    by: str,
    undoes: uuid.UUID | None = None,
) -> Change:
    """Record that several measurements of a condition on one page were added or deleted."""
    rows = {"measurements": [as_json(each) for each in measurements]}
    deleted = action is ChangeAction.MEASUREMENTS_DELETED
    return _recorded(
        session,
        Change(
            project_id=condition.project_id,
            action=action,
            page_id=measurements[0].page_id,
            condition_id=condition.id,
            before=rows if deleted else None,
            after=None if deleted else rows,
            changed_by=by,
            undoes=undoes,
        ),
    )


def of_condition(
    session: Session,
    action: ChangeAction,
    condition: Condition,
    before: Json | None,
    by: str,
    *,
    undoes: uuid.UUID | None = None,
) -> Change:
    """Record the change of a condition; ``before`` is its earlier row, None if it was added.

    For a deleted condition, ``before`` also has its ``measurements``.
    """
    deleted = action is ChangeAction.CONDITION_DELETED
    return _recorded(
        session,
        Change(
            project_id=condition.project_id,
            action=action,
            condition_id=condition.id,
            before=before,
            after=None if deleted else as_json(condition),
            changed_by=by,
            undoes=undoes,
        ),
    )


def of_deleted_document(session: Session, document: Document, before: Json, by: str) -> Change:
    """Record that a document was deleted."""
    return _recorded(
        session,
        Change(
            project_id=document.project_id,
            action=ChangeAction.DOCUMENT_DELETED,
            document_id=document.id,
            before=before,
            changed_by=by,
        ),
    )


def of_superseded_sheet(
    session: Session,
    project_id: str,
    page: Page,
    was: uuid.UUID | None,
    by: str,
    *,
    undoes: uuid.UUID | None = None,
) -> Change:
    """Record that a page got a newer revision, or became current again; ``was`` is its previous
    revision.
    """
    now = page.superseded_by
    return _recorded(
        session,
        Change(
            project_id=project_id,
            action=ChangeAction.SHEET_RESTORED if now is None else ChangeAction.SHEET_SUPERSEDED,
            document_id=page.document_id,
            page_id=page.id,
            before={"superseded_by": was and str(was)},
            after={"superseded_by": now and str(now)},
            changed_by=by,
            undoes=undoes,
        ),
    )


def of_project(
    session: Session,
    project: Project,
    was: UnitSystem,
    by: str,
    *,
    undoes: uuid.UUID | None = None,
) -> Change:
    """Record that a project's unit system changed; ``was`` is the previous one."""
    return _recorded(
        session,
        Change(
            project_id=project.id,
            action=ChangeAction.PROJECT_EDITED,
            before={"unit_system": was},
            after={"unit_system": project.unit_system},
            changed_by=by,
            undoes=undoes,
        ),
    )


def _recorded(session: Session, change: Change) -> Change:
    session.add(change)
    session.flush()
    session.refresh(change)
    return change
